"""What the views take out of a mail, and what they leave."""

from __future__ import annotations

import json
from pathlib import Path

from client_views import for_outlook, for_recolouring, without_media_queries
from npm_packages import FOLDER

HTML = """<!doctype html><html><head>
<!--[if mso]><xml>word</xml><![endif]-->
<!--[if !mso]><!--><style>.not-word { color: red }</style><!--<![endif]-->
<meta name="color-scheme" content="light dark" /><meta name="supported-color-schemes" content="light dark" />
<style>:root { color-scheme: light dark; supported-color-schemes: light dark; } a { color: blue }
@media (prefers-color-scheme: dark) { body { color: white } .a { color: grey } }
@media only screen and (max-width: 479px) { .b { padding: 0 } }
p { margin: 0 }</style></head>
<body><!--[if mso | IE]><table><tr><td width="600"><![endif]--><p>text</p><!--[if mso | IE]></td></tr></table><![endif]--><!-- a note --></body></html>"""


def test_outlook_reads_its_comments_and_no_media_queries():
    shown = for_outlook(HTML)
    assert "<xml>word</xml>" in shown
    assert "not-word" not in shown
    assert '<table><tr><td width="600"><p>text</p></td></tr></table>' in shown
    assert "@media" not in shown
    assert "p { margin: 0 }" in shown
    assert "<!-- a note -->" in shown


def test_media_queries_go_whole_or_by_their_condition():
    assert "@media" not in without_media_queries(HTML)
    some = without_media_queries(HTML, "prefers-color-scheme")
    assert ".a {" not in some
    assert "@media only screen and (max-width: 479px) { .b { padding: 0 } }" in some
    assert some.index("a { color: blue }") < some.index("p { margin: 0 }")


def test_a_program_that_recolours_sees_no_scheme():
    shown = for_recolouring(HTML)
    assert "color-scheme" not in shown
    assert "<meta" not in shown
    assert "max-width: 479px" in shown
    assert "a { color: blue }" in shown


def test_the_reference_of_the_tests_is_that_of_the_benchmarks():
    pins = [
        json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]["mjml"]
        for folder in (FOLDER, Path(__file__).resolve().parents[2] / "benchmarks")
    ]
    assert pins[0] == pins[1]
