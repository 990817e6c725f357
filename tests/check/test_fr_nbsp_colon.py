TEXT = "corpus/street-trees/fr.md"
ISSUE = "issues/2021-05.yaml"


def test_words_of_a_template(project):
    project.html("<h2>Nouvelles</h2>", "<h2>Nouvelles</h2><p><b>Ici</b> Pour vous: ceci</p>", "fr")
    (finding,) = project.check("FR-NBSP-COLON")
    assert (finding.file, finding.line, finding.edition) == (ISSUE, None, "fr")
    assert "Pour v" in finding.message
    assert finding.severity.value == "error"


def test_words_of_the_text_part(project):
    project.text("Nouvelles\n", "Nouvelles\nPour vous: ceci\n", "fr")
    assert project.found("FR-NBSP-COLON") == [f"{ISSUE} error"]


def test_words_that_are_printed_as_they_are(project):
    project.edit("newsletter.yaml", "Vous recevez", "Pour vous: ceci. Vous recevez")
    place = project.at("newsletter.yaml", "reason:")
    assert project.found("FR-NBSP-COLON") == [f"{place} error"]


def test_words_of_an_article_come_right_by_themselves(project):
    project.edit(TEXT, "Chaque arbre", "Deux choses: une carte. Chaque arbre")
    assert project.found("FR-NBSP-COLON") == []


def test_a_template_that_is_right(project):
    project.html("<h2>Nouvelles</h2>", "<h2>Nouvelles</h2><p>Pour vous\N{NO-BREAK SPACE}: ceci</p>", "fr")
    assert project.found("FR-NBSP-COLON") == []


def test_code_and_other_languages_in_the_mail(project):
    foreign = (
        '<p><span lang="en-CA">What: now ? 50%</span> <code>a: b ? 50%</code> https://example.org/a:b?50%</p>'
    )
    project.html("<h2>Nouvelles</h2>", f"<h2>Nouvelles</h2>{foreign}", "fr")
    assert project.found("FR-NBSP-COLON") == []
