import pytest

EN = "corpus/street-trees/en.md"
GOOD = "A plane tree in front of a row of houses"


@pytest.mark.parametrize(
    "alt",
    [
        "platane-final2.jpg",
        "IMG_2041",
        "photo",
        "Image of a plane tree",
        "Photo of houses",
        "Une photo d’un platane",
        "x" * 151,
        "Street trees on a single map",
    ],
)
def test_alt_that_does_not_describe(project, alt):
    project.edit(EN, GOOD, alt)
    assert project.found("A11Y-ALT-TEXT") == [f"{EN}:5 warning"]


@pytest.mark.parametrize("alt", ["x" * 150, "Imagine a street without trees", "Picture frames in a shop"])
def test_alt_that_describes(project, alt):
    project.edit(EN, GOOD, alt)
    assert project.found("A11Y-ALT-TEXT") == []


def test_alt_inside_markdown(project):
    project.edit(EN, "Every tree", "![banner.png](https://images.atelier.example/b.png)\n\nEvery tree")
    assert project.found("A11Y-ALT-TEXT") == [f"{project.at(EN, 'banner.png')} warning"]


@pytest.mark.parametrize("alt", ["Platane", "PLATANE", "platane "])
def test_the_name_of_the_file_is_no_description(project, alt):
    project.edit("corpus/street-trees/fr.md", "Un platane devant une rangée de maisons", alt)
    assert project.found("A11Y-ALT-TEXT") == [f"{project.at('corpus/street-trees/fr.md', 'plane:')} warning"]
