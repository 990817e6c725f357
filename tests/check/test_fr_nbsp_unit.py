TEXT = "corpus/street-trees/fr.md"
ISSUE = "issues/2021-05.yaml"


def test_words_of_a_template(project):
    project.html("<h2>Nouvelles</h2>", "<h2>Nouvelles</h2><p><b>Ici</b> 50% des gens</p>", "fr")
    (finding,) = project.check("FR-NBSP-UNIT")
    assert (finding.file, finding.line, finding.edition) == (ISSUE, None, "fr")
    assert "50% de" in finding.message
    assert finding.severity.value == "warning"


def test_words_of_the_text_part(project):
    project.text("Nouvelles\n", "Nouvelles\n50% des gens\n", "fr")
    assert project.found("FR-NBSP-UNIT") == [f"{ISSUE} warning"]


def test_words_that_are_printed_as_they_are(project):
    project.edit("newsletter.yaml", "Vous recevez", "50% des gens. Vous recevez")
    place = project.at("newsletter.yaml", "reason:")
    assert project.found("FR-NBSP-UNIT") == [f"{place} warning"]


def test_words_of_an_article_come_right_by_themselves(project):
    project.edit(TEXT, "Chaque arbre", "50% des gens le 8 mai. Chaque arbre")
    assert project.found("FR-NBSP-UNIT") == []


def test_a_template_that_is_right(project):
    project.html("<h2>Nouvelles</h2>", "<h2>Nouvelles</h2><p>50\N{NO-BREAK SPACE}% des gens</p>", "fr")
    assert project.found("FR-NBSP-UNIT") == []


def test_code_and_other_languages_in_the_mail(project):
    foreign = (
        '<p><span lang="en-CA">What: now ? 50%</span> <code>a: b ? 50%</code> https://example.org/a:b?50%</p>'
    )
    project.html("<h2>Nouvelles</h2>", f"<h2>Nouvelles</h2>{foreign}", "fr")
    assert project.found("FR-NBSP-UNIT") == []
