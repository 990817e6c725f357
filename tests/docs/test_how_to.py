"""What the how-to pages tell to write works as it is written there; exit codes are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

from newsletter import errors
from newsletter.check.places import Place
from newsletter.check.subject import Address
from newsletter.cli.group import BUG, INTERRUPTED
from newsletter.cli.send import INCOMPLETE
from newsletter.commands.build import prepare
from newsletter.commands.project import Project
from newsletter.models.finding import Severity

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a page in one language; one in a list without the list's indentation."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def write_article(folder: Path) -> str:
    """The article of the page, its English made from its French; the digest it asks to write."""
    folder.mkdir()
    data, origin = blocks("how-to/write-an-article.md", "yaml")
    (french,) = blocks("how-to/write-an-article.md", "markdown")
    (folder / "article.yaml").write_text(data, encoding="utf-8")
    (folder / "fr.md").write_text(french, encoding="utf-8")
    _, front, body = french.split("---\n", 2)
    english = {
        "Atelier d’été sur les données": "Summer workshop on data",
        "Un après-midi": "An afternoon",
        "Une salle": "A room",
        "S’inscrire à l’atelier": "Register for the workshop",
    }
    for old, new in english.items():
        front = front.replace(old, new)
    body = "Some paragraphs, in **Markdown**. The [program of the day](https://www.example.org/programme-2024) is online.\n"
    (folder / "en.md").write_text(f"---\n{front}{origin}---\n{body}", encoding="utf-8")
    return origin


def test_the_article_and_the_issue_of_the_pages(sample: Project) -> None:
    origin = write_article(sample.corpus / "summer-workshop")
    issue = blocks("how-to/write-an-issue.md", "yaml")[0]
    (sample.issues / "2024-06.yaml").write_text(issue, encoding="utf-8")

    prepared = prepare(sample, "2024-06")

    assert not [finding for finding in prepared.findings if finding.severity is Severity.ERROR]
    assert set(prepared.samples) == {"fr", "en", "fr+en"}
    french = "".join(prepared.rendered["fr"].text.parts)
    assert "samedi 8\u00a0juin 2024, de 13\u00a0h à 15\u00a0h\u00a030 (HAE)" in french
    assert prepared.editions["en"].parts[0].sections[1].articles, "`select` finds something"
    (stale,) = (finding for finding in prepared.findings if finding.rule == "BIL-STALE")
    assert stale.hint is not None
    digest = re.search(r"sha256:\w+", stale.hint)
    assert digest is not None

    file = sample.corpus / "summer-workshop" / "en.md"
    written = file.read_text(encoding="utf-8")
    assert origin in written
    file.write_text(re.sub(r"sha256:0+", digest[0], written), encoding="utf-8")
    assert "BIL-STALE" not in {finding.rule for finding in prepare(sample, "2024-06").findings}


def test_an_override_and_a_waiver_as_the_page_writes_them(sample: Project) -> None:
    write_article(sample.corpus / "summer-workshop")
    issue, override, waiver = blocks("how-to/write-an-issue.md", "yaml")
    issue = issue.replace(
        "      - summer-workshop\n", override.replace('"..."', '"Un autre résumé / Another summary"')
    )
    (sample.issues / "2024-06.yaml").write_text(issue + waiver, encoding="utf-8")

    prepared = prepare(sample, "2024-06")

    assert "WAIVE-UNKNOWN" not in {finding.rule for finding in prepared.findings}
    assert not [finding for finding in prepared.findings if finding.severity is Severity.ERROR]
    (article,) = prepared.editions["fr"].parts[0].sections[0].articles
    assert (article.layout.value, article.summary) == ("feature", "Un autre résumé / Another summary")


def test_the_rule_of_the_page() -> None:
    rule = ModuleType("lnk_insecure")
    exec(blocks("how-to/write-a-rule.md", "python")[0], rule.__dict__)
    links = [
        Address("http://a.example/", Place("a.yaml", 3, 5)),
        Address("https://a.example/", Place("b.yaml", 1, 1)),
    ]

    (finding,) = rule.check(SimpleNamespace(links=links))

    assert (finding.rule, finding.place, finding.severity) == ("LNK-INSECURE", "a.yaml:3:5", Severity.WARNING)


def test_exit_codes_are_those_of_the_code() -> None:
    text = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    meanings, origins = text.split("## Where they come from")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", meanings, re.MULTILINE)}
    assert told == {0, 1, 2, 3, 4, INCOMPLETE, BUG, INTERRUPTED}
    rows = {int(code): row for code, row in re.findall(r"^\| (\d+) \| (.*)$", origins, re.MULTILINE)}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    for kind in kinds:
        if kind is not errors.NewsletterError:
            assert f"`{kind.__name__}`" in rows[kind.exit_code], kind
