ISSUE = "issues/2021-05.yaml"


def test_a_subject_in_the_other_language(project):
    project.edit(ISSUE, '  en: "Open sessions and street trees"', '  en: "Les séances ouvertes et les arbres"')
    assert project.found("BIL-SUBJECT") == [f"{project.at(ISSUE, 'Les séances ouvertes')} error"]


def test_halves_in_the_wrong_order(project):
    project.edit(ISSUE, '"Séances ouvertes / Open sessions"', '"The sessions of the month / Les séances du mois"')
    assert project.found("BIL-SUBJECT") == [f"{project.at(ISSUE, 'The sessions of')} error"]


def test_one_half_missing(project):
    project.edit(ISSUE, '"Séances ouvertes / Open sessions"', '"Séances ouvertes"')
    (finding,) = project.check("BIL-SUBJECT")
    assert finding.place.startswith(project.at(ISSUE, "  fr+en: ") + ":")
    assert finding.hint == "Write “(fr) / (en)”."


def test_a_preheader_in_the_other_language(project):
    project.edit(
        ISSUE,
        "Two online sessions this week, and a map of the trees.",
        "Deux séances en ligne cette semaine, et la carte des arbres.",
    )
    assert project.found("BIL-SUBJECT") == [f"{project.at(ISSUE, 'et la carte des arbres')} error"]


def test_names_alone_say_nothing(project):
    project.edit(ISSUE, '  en: "Open sessions and street trees"', '  en: "Pakua Shipi 2021"')
    assert project.found("BIL-SUBJECT") == []
