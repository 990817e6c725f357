ISSUE = "issues/2021-05.yaml"
EN = "corpus/street-trees/en.md"


def test_names_are_the_same_in_both_languages(project):
    project.edit(
        ISSUE, "heading: {fr: Nouvelles, en: News}", "heading: {fr: Pakua Shipi 2021, en: Pakua Shipi 2021}"
    )
    assert project.found("BIL-SAME-TEXT") == []


def test_one_word_may_be_the_same(project):
    project.edit(ISSUE, "heading: {fr: Nouvelles, en: News}", "heading: {fr: publications, en: publications}")
    assert project.found("BIL-SAME-TEXT") == []


def test_heading_not_translated(project):
    project.edit(ISSUE, "en: Coming up}", "en: À venir ce mois-ci}")
    project.edit(ISSUE, "fr: À venir,", "fr: À venir ce mois-ci,")
    assert project.found("BIL-SAME-TEXT") == [f"{project.at(ISSUE, 'heading: {fr: À venir')} warning"]


def test_title_not_translated(project):
    project.edit(EN, "Street trees on a single map", "Les arbres de rue sur une seule carte")
    (finding,) = project.check("BIL-SAME-TEXT")
    assert finding.place == f"{project.at(EN, 'title:')}:1"
    assert "Les arbres de rue" in finding.message


def test_body_not_translated(project):
    french = project.files["corpus/street-trees/fr.md"].rpartition("---\n")[2]
    english = project.files[EN].rpartition("---\n")[2]
    project.edit(EN, english, french)
    assert project.found("BIL-SAME-TEXT") == [f"{project.at(EN, 'Chaque arbre')} warning"]


def test_session_title_not_translated(project):
    event = "corpus/open-sessions/article.yaml"
    project.edit(event, "Maps of the neighbourhood", "Les cartes du quartier")
    assert project.found("BIL-SAME-TEXT") == [f"{project.at(event, 'Les cartes')} warning"]
