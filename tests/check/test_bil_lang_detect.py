FR = "corpus/street-trees/fr.md"
EN = "corpus/street-trees/en.md"
FRENCH = "Chaque arbre est relevé une fois par an, comme le raconte le guide des relevés de la ville."


def test_a_paragraph_that_was_not_translated(project):
    project.files[EN] += f"\n{FRENCH}\n"
    (finding,) = project.check("BIL-LANG-DETECT")
    assert finding.place == f"{project.at(EN, 'Chaque arbre')}:1"
    assert (finding.severity.value, finding.edition) == ("warning", "en")
    assert "French" in finding.message


def test_a_summary_in_the_other_language(project):
    project.edit(
        FR,
        "Une carte réunit enfin tous les arbres que les arrondissements ont relevés.",
        "One map at last brings together every tree the boroughs have recorded.",
    )
    assert project.found("BIL-LANG-DETECT") == [f"{project.at(FR, 'summary:')} warning"]


def test_quotations_are_left_alone(project):
    project.files[EN] += f"\nThe guide says: “{FRENCH}”\n"
    assert project.found("BIL-LANG-DETECT") == []


def test_short_texts_and_names_are_left_alone(project):
    project.files[EN] += "\nLes arbres de la ville\n\nCentre international pour la prévention\n"
    assert project.found("BIL-LANG-DETECT") == []


def test_the_sound_project(project):
    assert project.found("BIL-LANG-DETECT") == []
