FR = "corpus/street-trees/fr.md"
EN = "corpus/street-trees/en.md"


def test_a_paragraph_in_french_only(project):
    project.files[FR] += "\n" + "Encore une phrase que personne ne traduit. " * 10
    assert project.found("BIL-LENGTH") == [f"{project.at(EN, 'Every tree')} info"]


def test_a_paragraph_in_english_only(project):
    project.files[EN] += "\n" + "One more sentence that nobody translates. " * 10
    assert project.found("BIL-LENGTH") == [f"{project.at(FR, 'Chaque arbre')} info"]


def test_short_texts_may_differ(project):
    project.files[FR] += "\nEncore une phrase que personne ne traduit.\n"
    assert project.found("BIL-LENGTH") == []
