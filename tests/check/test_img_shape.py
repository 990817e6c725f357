import pytest

ARTICLE = "corpus/street-trees/article.yaml"


def test_a_sound_picture(found_of_file):
    assert found_of_file("IMG-SHAPE") == []


@pytest.mark.parametrize(
    ("height", "words"), [(851, "851 pixels tall"), (80, "7 times as wide"), (850, None), (90, None)]
)
def test_towers_and_ribbons(height, words, found_of_file):
    findings = found_of_file("IMG-SHAPE", height=height)
    assert [words in finding.message for finding in findings] == ([True] if words else [])


def test_a_tower_by_address_counts_at_the_width_it_is_shown_at(project):
    project.edit(ARTICLE, "    height: 800\n", "    height: 2000\n")
    (finding,) = project.check("IMG-SHAPE")
    assert "893 pixels tall" in finding.message
    project.edit(ARTICLE, "    height: 2000\n", "    height: 2000\n    shown_width: 300\n")
    assert project.found("IMG-SHAPE") == []
