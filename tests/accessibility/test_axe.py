"""axe-core finds nothing in any sample mail, by day and by night.

It measures among other things the contrast of every text (4.5:1, large text 3:1), names of links and pictures,
languages, headings, and the size of what one taps. What it cannot decide ("incomplete") counts as found.
"""

from __future__ import annotations

import pytest
from client_views import DARK, LIGHT
from npm_packages import package
from sample_mails import CHOSEN, mail_of

pytestmark = pytest.mark.browser

WIDTH = 375

OFF = {
    "landmark-one-main": "a mail is part of the mail program's page, which has the one main landmark",
    "region": "as above: a second set of landmarks inside somebody else's page would be in the way",
}
"""Rules that are about whole pages, and why they are off."""

ON = ("target-size",)
"""Rules that axe leaves off unless asked: WCAG 2.2, 2.5.8, what one taps measures 24 pixels or stands apart."""


@pytest.fixture(scope="module")
def axe(camera):
    """Run axe on what the camera shows; one line per element found."""
    source = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    rules = {rule: {"enabled": False} for rule in OFF} | {rule: {"enabled": True} for rule in ON}

    def run() -> list[str]:
        camera.page.evaluate(source)
        found = camera.page.evaluate("rules => axe.run(document, {rules})", rules)
        return [
            f"{rule['id']} ({kind}): {' '.join(node['failureSummary'].split())} {node['html'][:200]}"
            for kind in ("violations", "incomplete")
            for rule in found[kind]
            for node in rule["nodes"]
        ]

    return run


@pytest.mark.parametrize("view", [LIGHT, DARK], ids=lambda view: view.name)
@pytest.mark.parametrize(("issue", "code"), CHOSEN, ids=lambda part: part)
def test_no_violation(camera, axe, issue, code, view):
    camera.show(mail_of(issue, code).html, WIDTH, view)
    assert axe() == []


def test_axe_is_on_its_guard(camera, axe):
    """Each of these must be found, or the silence above says nothing."""
    html = (
        '<!doctype html><html lang="fr"><title>x</title><body style="background:#fff"><h1>Titre</h1>'
        '<p style="color:#999">trop pâle</p><img src="x.png"><h3>saut</h3><p lang="xx-nope-">?</p>'
        '<a href="https://www.example.org/"></a><div style="width:60px"><a href="#1" style="font-size:9px">un</a><br>'
        '<a href="#2" style="font-size:9px">deux</a></div></html>'
    )
    camera.show(html, WIDTH, LIGHT)
    rules = {line.split()[0] for line in axe()}
    assert {"color-contrast", "image-alt", "heading-order", "valid-lang", "link-name", "target-size"} <= rules


def test_axe_sees_the_dark_scheme(camera, axe):
    html = (
        '<!doctype html><html lang="fr"><title>x</title><style>@media (prefers-color-scheme: dark)'
        "{body{background:#222!important}}</style><body style='background:#fff'><h1 style='color:#333'>Titre</h1></html>"
    )
    camera.show(html, WIDTH, LIGHT)
    assert axe() == []
    camera.show(html, WIDTH, DARK)
    assert [line.split()[0] for line in axe()] == ["color-contrast"]
