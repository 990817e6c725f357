ISSUE = "issues/2021-05.yaml"


def test_select_that_finds_nothing(project):
    project.edit(ISSUE, "audience:", "  - heading: {fr: Emplois, en: Jobs}\n    select: {kind: job}\naudience:")
    (finding,) = project.check("ISSUE-EMPTY-SECTION")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "select:")
    assert finding.message == "the section 'Emplois' selects no article"
    assert finding.edition is None


def test_select_that_finds_something(project):
    project.edit(ISSUE, "    articles:\n      - street-trees", "    select: {kind: news}")
    assert project.found("ISSUE-EMPTY-SECTION") == []


def test_all_articles_waived_in_one_language(project):
    project.delete("corpus/street-trees/en.md")
    project.waive("{rule: BIL-BOTH, article: street-trees, language: en, reason: later}")
    (finding,) = project.check("ISSUE-EMPTY-SECTION")
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "heading: {fr: Nouvelles")
    assert finding.edition == "en"
