ARTICLE = "corpus/street-trees/article.yaml"


def test_a_sound_picture(found_of_file):
    assert found_of_file("IMG-WEIGHT") == []


def test_a_heavy_picture_is_named_with_its_weight(project, found_of_file):
    (finding,) = found_of_file("IMG-WEIGHT", weight=200_501)
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
    assert "corpus/street-trees/images/platane.jpg weighs 201 kB" in finding.message
    assert (finding.severity.value, finding.edition) == ("warning", None)


def test_the_limit_itself_is_allowed(found_of_file):
    assert found_of_file("IMG-WEIGHT", weight=200_000) == []


def test_all_pictures_of_a_mail_together(found_of_file):
    one, *total = found_of_file("IMG-WEIGHT", weight=1_000_001)
    assert one.file == ARTICLE
    # The two-language edition shows the picture twice and loads it once.
    assert [(finding.message, finding.edition) for finding in total] == [
        ("the pictures weigh 1,000 kB together; 1,000 kB at most", None)
    ]
    assert "'plane' of street-trees" in total[0].hint
