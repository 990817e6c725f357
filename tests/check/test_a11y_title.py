import re

import pytest


@pytest.mark.parametrize("wrong", ["", "<title></title>", "<title>  </title>"])
def test_no_title(project, wrong):
    title = re.escape("<title>Open sessions and street trees</title>")
    project.html(re.sub(r"\\", "", title), wrong, "en")
    assert [(one.file, one.edition) for one in project.check("A11Y-TITLE")] == [("issues/2021-05.yaml", "en")]


def test_title(project):
    assert project.found("A11Y-TITLE") == []
