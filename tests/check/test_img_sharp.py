ARTICLE = "corpus/street-trees/article.yaml"


def test_a_sound_picture(found_of_file):
    assert found_of_file("IMG-SHARP") == []


def test_too_few_pixels(project, found_of_file):
    (finding,) = found_of_file("IMG-SHARP", natural_width=803, pixels=803)
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
    assert "803 pixels for a width of 536" in finding.message
    assert "1072 pixels" in finding.hint
    assert "shown_width: 401" in finding.hint


def test_enough_pixels(found_of_file):
    assert found_of_file("IMG-SHARP", natural_width=804, pixels=804) == []


def test_too_few_pixels_by_address(project):
    project.edit(ARTICLE, "    width: 1200\n", "    width: 1200\n    shown_width: 536\n")
    assert project.found("IMG-SHARP") == []
    project.edit(ARTICLE, "    width: 1200\n", "    width: 700\n")
    assert project.found("IMG-SHARP") == [f"{project.at(ARTICLE, 'plane:')} warning"]
