import pytest

PUBLICATION = "newsletter.yaml"
SENDER = 'name: {fr: "Atelier des données ouvertes", en: "Open Data Workshop"}\n    address'


@pytest.mark.parametrize(
    "name",
    [
        "Open Data 🎉",
        "[News] Workshop",
        "(2) Workshop",
        "news@atelier.example",
        "***",
        "Open sessions and street trees",
    ],
)
def test_not_a_name(project, name):
    project.edit(PUBLICATION, SENDER, f'name: {{fr: "Atelier", en: "{name}"}}\n    address')
    assert project.found("AUTH-FROM-DISPLAY") == [
        f"{project.at(PUBLICATION, 'Atelier').replace(':2', ':5')} error"
    ]


@pytest.mark.parametrize("name", ["Open Data – Workshop", "Workshop (Montréal)", "L’Atelier & cie"])
def test_name(project, name):
    project.edit(PUBLICATION, SENDER, f'name: {{fr: "Atelier", en: "{name}"}}\n    address')
    assert project.found("AUTH-FROM-DISPLAY") == []
