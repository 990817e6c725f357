import pytest

FR = "corpus/street-trees/fr.md"


@pytest.mark.parametrize("character", ["\x92", "\ufffd", "\u202e", "\u200f", "\x7f"])
def test_points_at_line_and_column(project, character):
    project.edit(FR, "une fois par an", f"une{character} fois par an")
    (finding,) = project.check("TXT-C1")
    assert finding.place == f"{project.at(FR, 'Chaque arbre')}:{len('Chaque arbre est relevé une') + 1}"
    assert f"U+{ord(character):04X}" in finding.message


def test_written_as_an_escape_in_yaml(project):
    issue = "issues/2021-05.yaml"
    project.edit(issue, "street trees", "street\\x92 trees")
    assert project.found("TXT-C1") == [f"{project.at(issue, 'x92')} error"]


def test_made_by_the_template(project):
    project.html("<h2>News</h2>", "<h2>News\u0092</h2>", "en")
    assert [one.edition for one in project.check("TXT-C1")] == ["en"]


@pytest.mark.parametrize("fine", ["\u00a0", "\u202f", "é", "’", "🎉", "\u200d"])
def test_characters_that_people_use(project, fine):
    project.edit(FR, "une fois par an", f"une{fine} fois par an")
    assert project.found("TXT-C1") == []
