ISSUE = "issues/2021-05.yaml"


def test_publication_without_french(project):
    project.edit("newsletter.yaml", "  list_id:", "  languages: [en]\n  list_id:")
    assert project.found("LAW-FR-PRESENT") == [f"{project.at('newsletter.yaml', 'languages:')} error"]


def test_waiver_of_both_languages_does_not_waive_the_law(project):
    project.delete("corpus/street-trees/fr.md")
    project.waive("{rule: both-languages, article: street-trees, language: fr, reason: no time}")
    assert project.found("LAW-FR-PRESENT") == [f"{project.at(ISSUE, '- street-trees')} error"]


def test_missing_french_is_reported_once(project):
    project.delete("corpus/street-trees/fr.md")
    assert project.found("LAW-FR-PRESENT") == []
    assert len(project.found("BIL-BOTH")) == 1


def test_missing_english_is_no_matter_of_this_law(project):
    project.delete("corpus/street-trees/en.md")
    project.waive("{rule: BIL-BOTH, article: street-trees, language: en, reason: no time}")
    assert project.found("LAW-FR-PRESENT") == []
