ISSUE = "issues/2021-05.yaml"
EVENT = "corpus/open-sessions/article.yaml"


def test_names_shared_by_both_languages_are_fine(project):
    project.edit(EVENT, "  online: true", '  online: true\n  place: {fr: "À Montréal", en: "In Montréal"}')
    assert project.found("BIL-BOTH") == []


def test_article_without_a_translation(project):
    project.delete("corpus/street-trees/en.md")
    assert project.found("BIL-BOTH") == [f"{project.at(ISSUE, '- street-trees')} error"]
    (finding,) = project.check("BIL-BOTH")
    assert "corpus/street-trees/en.md" in (finding.hint or "")
    assert finding.edition == "en"


def test_heading_in_one_language(project):
    project.edit(ISSUE, "heading: {fr: Nouvelles, en: News}", "heading: {fr: Nouvelles}")
    assert project.found("BIL-BOTH") == [f"{project.at(ISSUE, 'heading: {fr: Nouvelles}')} error"]


def test_subject_and_intro_in_one_language(project):
    project.edit(ISSUE, '  en: "Open sessions and street trees"\n', "")
    project.edit(ISSUE, '  en: "Here is the news of May."\n', "")
    assert project.found("BIL-BOTH") == [
        f"{project.at(ISSUE, 'subject:')} error",
        f"{project.at(ISSUE, 'intro:')} error",
    ]


def test_override_in_one_language(project):
    project.edit(ISSUE, "- street-trees", '- article: street-trees\n        summary: {en: "Trees."}')
    assert project.found("BIL-BOTH") == [f"{project.at(ISSUE, 'summary:')} error"]


def test_session_title_in_one_language(project):
    project.edit(EVENT, ', en: "Opening remarks"', "")
    assert project.found("BIL-BOTH") == [f"{project.at(EVENT, 'Mots d’ouverture')} error"]


def test_publication_in_one_language(project):
    project.edit("newsletter.yaml", ', en: "The Workshop Newsletter"', "")
    project.only_editions = ("fr",)
    assert project.found("BIL-BOTH") == [f"{project.at('newsletter.yaml', 'L’infolettre')} error"]


def test_kicker_in_one_language(project):
    project.edit("corpus/street-trees/fr.md", "summary:", "kicker: Arbres\nsummary:")
    assert project.found("BIL-BOTH") == [f"{project.at('corpus/street-trees/en.md', 'title:')} error"]


def test_waived_for_that_article_and_language(project):
    project.delete("corpus/street-trees/en.md")
    project.waive("{rule: BIL-BOTH, article: street-trees, language: en, reason: English follows in June}")
    (finding,) = project.check("BIL-BOTH")
    assert finding.severity.value == "info"
    assert "English follows in June" in finding.message


def test_waiver_for_another_article_covers_nothing(project):
    project.delete("corpus/street-trees/en.md")
    project.waive("{rule: BIL-BOTH, article: open-sessions, language: en, reason: wrong one}")
    assert project.found("BIL-BOTH") == [f"{project.at(ISSUE, '- street-trees')} error"]
