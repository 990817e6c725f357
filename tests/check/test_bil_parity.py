EN = "corpus/street-trees/en.md"


def body(project):
    return project.at(EN, "Every tree is recorded")


def test_same_build_in_other_words_is_fine(project):
    project.edit(EN, "explains.", "explains.\n\nA second paragraph in English is a matter of style.")
    assert project.found("BIL-PARITY") == []


def test_link_in_one_language(project):
    project.edit(EN, "[the survey guide](https://arbres.example/guide)", "the survey guide")
    (finding,) = project.check("BIL-PARITY")
    assert finding.place == f"{body(project)}:1"
    assert finding.message == "0 links in the text, but 1 in corpus/street-trees/fr.md"


def test_heading_in_one_language(project):
    project.edit("corpus/street-trees/fr.md", "Chaque arbre", "## Relevés\n\nChaque arbre")
    assert project.found("BIL-PARITY") == [f"{body(project)} error"]


def test_list_entry_in_one_language(project):
    project.edit(EN, "explains.", "explains.\n\n- one\n- two")
    (finding,) = project.check("BIL-PARITY")
    assert finding.message.startswith("2 list entries")


def test_article_in_one_language_has_nothing_to_compare(project):
    project.delete(EN)
    assert project.found("BIL-PARITY") == []
