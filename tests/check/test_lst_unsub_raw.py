import pytest

URL = b"<https://atelier.example/u/Zk3vQ9sLx0aBc2DeFgHiJk>"


@pytest.mark.parametrize("wrong", [b"=?utf-8?q?=3Chttps=3A//atelier.example?=", URL[:20] + b"\r\n " + URL[20:]])
def test_encoded_or_folded(project, wrong):
    project.mail(URL, wrong, "fr")
    assert project.found("LST-UNSUB-RAW") == [f"{project.at('newsletter.yaml', 'url: https')} error"]


def test_fold_between_two_addresses(project):
    project.mail(URL, URL + b",\r\n <mailto:leave@atelier.example>")
    assert project.found("LST-UNSUB-RAW") == []
