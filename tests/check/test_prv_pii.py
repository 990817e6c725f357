from dataclasses import replace

import pytest

from newsletter.check import run_rules

ISSUE = "issues/2021-05.yaml"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.atelier.example/x?r=zoe.tremblay@example.com",
        "https://www.atelier.example/x?r=zoe.tremblay%40example.com",
        "https://www.atelier.example/x?n=Zo%C3%A9%20Tremblay",
        "https://elsewhere.example/?t=Zk3vQ9sLx0aBc2DeFgHiJk",
    ],
)
def test_link_that_tells_who_reads(project, url):
    project.html("</td>", f'<a href="{url}">Lire</a></td>', "fr")
    assert project.found("PRV-PII") == [f"{ISSUE} error"]


@pytest.mark.parametrize(
    "line",
    [b"X-Who: zoe.tremblay@example.com", b"X-Who: zoe.tremblay%40example.com", b"X-T: Zk3vQ9sLx0aBc2DeFgHiJk"],
)
def test_header_that_tells_who_reads(project, line):
    project.mail(b"MIME-Version:", line + b"\r\nMIME-Version:", "fr")
    assert project.found("PRV-PII") == [f"{ISSUE} error"]


def test_greeting_by_name_is_fine(project):
    project.html("<p>", "<p>Bonjour Zoé Tremblay, ce courriel est allé à zoe.tremblay@example.com.", "fr")
    project.only_editions = ("fr",)
    assert project.found("PRV-PII") == []


def test_one_address_in_the_mail_of_everybody(project):
    subject = project.subject()
    shared = replace(subject.compiled["fr"], segments=(b"Bonjour zoe.tremblay@example.com",))
    found = [one for one in run_rules(replace(subject, compiled={"fr": shared}), {}) if one.rule == "PRV-PII"]
    assert [one.message for one in found] == ["the address of one recipient stands in the mail of everybody"]
