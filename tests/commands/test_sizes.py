"""`newsletter build` says what the mails weigh, and what each article adds."""

from __future__ import annotations

import re

from click.testing import CliRunner

from newsletter.cli import main
from newsletter.commands.build import article_sizes, parts_of, prepare, sizes


def test_every_article_has_its_price_in_every_edition(sample):
    prepared = prepare(sample, "2021-05")
    costs = article_sizes(prepared)
    in_issue = [
        article.slug for section in prepared.editions["fr"].parts[0].sections for article in section.articles
    ]
    assert [one.slug for one in costs] == in_issue
    for one in costs:
        assert one.bytes["fr+en"] == one.bytes["fr"] + one.bytes["en"]
    for size in sizes(prepared):
        html, text = parts_of(prepared.samples[size.code])
        assert (size.html, size.text) == (len(html.encode()), len(text.encode()))
        assert sum(one.bytes[size.code] for one in costs) < size.html < size.encoded


def test_what_the_person_reads(sample, tmp_path):
    done = CliRunner().invoke(
        main, ["--project", str(sample.root), "build", "2021-05", "--out", str(tmp_path / "o")]
    )
    assert done.exit_code == 0, done.output
    assert re.search(r"^  edition +HTML +as sent +text$", done.stdout, re.MULTILINE)
    assert "what each article adds to the HTML:\n  article " in done.stdout
    assert re.search(r"^  datajam-2021-open-sessions +[\d,]+ B  [\d,]+ B  [\d,]+ B$", done.stdout, re.MULTILINE)
