import base64
from dataclasses import replace

import pytest

from newsletter.check import run_rules

URL = b"https://atelier.example/u/Zk3vQ9sLx0aBc2DeFgHiJk"
PACKED = base64.urlsafe_b64encode(b"zoe.tremblay@example.com").rstrip(b"=")


@pytest.mark.parametrize(
    "wrong",
    [
        b"https://atelier.example/u/1234",
        b"https://elsewhere.example/u/Zk3vQ9sLx0aBc2DeFgHiJk",
        b"https://atelier.example/u/zoe.tremblay@example.com",
        b"https://atelier.example/u/zoe.tremblay%40example.com",
        b"https://atelier.example/u/" + PACKED,
    ],
)
def test_guessable_or_telling(project, wrong):
    project.mail(b"<" + URL, b"<" + wrong, "fr")
    found = project.found("LST-UNSUB-TOKEN")
    assert set(found) == {f"{project.at('newsletter.yaml', 'url: https')} error"}


def test_too_long_for_the_first_line(project):
    project.edit(
        "newsletter.yaml", "https://atelier.example/u/", "https://atelier.example/a/rather/long/way/to/leave/"
    )
    assert project.found("LST-UNSUB-TOKEN") == []
    project.edit("newsletter.yaml", "/to/leave/", "/to/leaves/")
    assert [one.partition(" ")[2] for one in project.found("LST-UNSUB-TOKEN")] == ["warning"]


def test_same_for_everybody(project):
    subject = project.subject()
    shared = replace(subject.compiled["fr"], headers=b"Subject: a\r\nList-Unsubscribe: <" + URL + b">\r\n")
    broken = replace(subject, compiled={"fr": shared})
    (finding,) = [one for one in run_rules(broken, {}) if one.rule == "LST-UNSUB-TOKEN"]
    assert finding.message == "every recipient gets the same List-Unsubscribe"
