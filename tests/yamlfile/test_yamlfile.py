"""Every way people write YAML wrongly has a line here: what they wrote, and where and how it is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import FileTrouble
from newsletter.models.issue import IssueData
from newsletter.models.text import Localized, Record
from newsletter.yamlfile import YamlDocument, parse_yaml, read_text, read_yaml, validate

GOOD_ISSUE = """\
date: 2021-05-06
subject: {fr: Bonjour, en: Hello}
preheader: {fr: Un, en: One}
sections:
  - heading: {fr: Nouvelles, en: News}
    articles:
      - one-article
      - article: another-one
        layout: feature
audience: {lists: [members]}
"""


def parsed(text: str) -> YamlDocument:
    document, findings = parse_yaml(text, "file.yaml")
    assert document is not None, findings
    return document


@pytest.mark.parametrize(
    ("text", "rule", "place", "words"),
    [
        ("a: 1\n\tb: 2", "YAML-SYNTAX", "file.yaml:2:1", "tab"),
        ("a: b: c", "YAML-SYNTAX", "file.yaml:1:5", "takes it for a key"),
        ("a: &x [1]\nb: *x", "YAML-ALIAS", "file.yaml:2:4", "aliases"),
        ("a: *b", "YAML-ALIAS", "file.yaml:1:4", "aliases"),
        ("a: 1\nb: 2\na: 3", "YAML-DUPLICATE-KEY", "file.yaml:3:1", "first on line 1"),
        ("a:\n  b: 1\n  b: 2", "YAML-DUPLICATE-KEY", "file.yaml:3:3", "first on line 2"),
        ("a: 1\nb: \x00", "YAML-SYNTAX", "file.yaml:2", "U+0000"),
        ("[" * 100_000, "YAML-SYNTAX", "file.yaml:1:42", "nested too deeply"),
        ("a: 1\n---\nb: 2", "YAML-SYNTAX", "file.yaml:2:1", "second document"),
        ("? [x]\n: b", "YAML-SYNTAX", "file.yaml:1:3", "a key must be a word"),
        ("a: 'open", "YAML-SYNTAX", "file.yaml:1:4", "not closed"),
        ("a: 1\nb: 'open\nc: 2\n", "YAML-SYNTAX", "file.yaml:2:4", "not closed"),
        ('a: "open\nb: "Two"\n', "YAML-SYNTAX", "file.yaml:1:4", "not closed"),
        ("a: 'L'été'\n", "YAML-SYNTAX", "file.yaml:1:7", "closing single quote"),
        ('a: "Le "mot" juste"\n', "YAML-SYNTAX", "file.yaml:1:9", "closing double quote"),
        ("a:\n\tb: 1\n", "YAML-SYNTAX", "file.yaml:2:1", "tab"),
        ("a:\n  b: 1\n c: 2\n", "YAML-SYNTAX", "file.yaml:3:2", "cannot read this line"),
    ],
)
def test_syntax_mistakes_have_a_place(text: str, rule: str, place: str, words: str) -> None:
    document, findings = parse_yaml(text, "file.yaml")
    assert document is None
    assert [(finding.rule, finding.place) for finding in findings] == [(rule, place)]
    assert words in findings[0].message


@pytest.mark.parametrize(
    ("line", "proposal"),
    [
        ("fr: Une marche : le 13 avril", 'fr: "Une marche : le 13 avril"'),
        ("  - fr: « Une marche : oui »", 'fr: "« Une marche : oui »"'),
        ("fr: “Une marche : oui”", 'fr: "Une marche : oui"'),
        ('fr: Le "mot" : oui', r'fr: "Le \"mot\" : oui"'),
        ("fr: C:\\temp : oui", r'fr: "C:\\temp : oui"'),
    ],
)
def test_text_with_a_colon_comes_back_in_quotes_ready_to_paste(line: str, proposal: str) -> None:
    _, findings = parse_yaml(line, "file.yaml")
    assert findings[0].hint == f"Put the text in straight quotes: {proposal}"
    document, findings = parse_yaml(proposal, "file.yaml")
    assert document is not None, findings


def test_all_duplicate_keys_are_reported_in_one_run() -> None:
    _, findings = parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\na: [3]\n", "file.yaml")
    assert [finding.place for finding in findings] == ["file.yaml:2:1", "file.yaml:3:11", "file.yaml:4:1"]


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "2021.10", "1_000", "12:30", "0x1F", "1e3", "2021-05-06", "=", "<<"]
)
def test_plain_words_stay_what_was_written(word: str) -> None:
    assert parsed(f"a: {word}").data == {"a": word}


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_empty_values_are_null_and_quoted_ones_are_text(word: str) -> None:
    assert parsed(f"a: {word}").data == {"a": None}
    assert parsed(f"a: '{word}'").data == {"a": word}


def test_positions_are_of_keys_and_items_with_accents_counted_as_one() -> None:
    source = parsed("é: {clé: ü, b: 2}\nlist:\n  - x\n  - {k: v}\n").source
    assert source.at("é", "b") == (1, 13)
    assert source.at("list", 1, "k") == (4, 6)
    assert source.at("list", 7) == (2, 1)
    assert source.at() == (1, 1)


def test_front_matter_lines_count_from_the_file() -> None:
    _, findings = parse_yaml("a: 1\na: 2\n", "fr.md", first_line=2)
    assert findings[0].place == "fr.md:3:1"


@pytest.mark.parametrize(
    ("old", "new", "place", "rule", "message", "hint"),
    [
        ("audience:", "audiense:", "10:1", "SCHEMA-KEY", "unknown key 'audiense'", "Did you mean 'audience'?"),
        ("        layout: feature", "        layuot: feature", "9:9", "SCHEMA-KEY", "unknown key 'layuot'", "Did you mean 'layout'?"),
        ("layout: feature", "layout: featur", "9:9", "SCHEMA-VALUE", "layout: expected 'feature', 'digest', 'agenda', 'documents', 'notices', 'people' or 'text', got 'featur'", "Did you mean 'feature'?"),
        ("2021-05-06", "6 mai 2021", "1:1", "SCHEMA-VALUE", "date: not a date, got '6 mai 2021'", "Write year, month and day in digits: 2021-05-08."),
        ("2021-05-06", "2021-13-06", "1:1", "SCHEMA-VALUE", "date: not a date, got '2021-13-06'", "Write year, month and day in digits: 2021-05-08."),
        ("lists: [members]", "lists: members", "10:12", "SCHEMA-VALUE", "audience.lists: expected a list, got 'members'", None),
        ("lists: [members]", "lists: [../../secrets]", "10:20", "SCHEMA-VALUE", "audience.lists: not written as it must be, got '../../secrets'", "Write the name of a list in recipients/ without .csv: members."),
        ("date: 2021-05-06\n", "", "1:1", "SCHEMA-MISSING", "'date' is missing", "Add 'date: ...'."),
        ("      - one-article", "      - layout: agenda", "7:9", "SCHEMA-MISSING", "'article' is missing in articles", "Add 'article: ...'."),
        ("fr: Bonjour", "fr: ", "2:11", "SCHEMA-VALUE", "subject.fr: expected text, got nothing", None),
        ("      - one-article", "      - One Article", "7:9", "SCHEMA-VALUE", "articles: not written as it must be, got 'One Article'", "Use lower-case letters without accents, digits and single hyphens: one-article"),
        ("      - one-article", "      - marche-été", "7:9", "SCHEMA-VALUE", "articles: not written as it must be, got 'marche-été'", "Use lower-case letters without accents, digits and single hyphens: marche-ete"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema(
    old: str, new: str, place: str, rule: str, message: str, hint: str | None
) -> None:
    assert old in GOOD_ISSUE
    model, findings = validate(IssueData, parsed(GOOD_ISSUE.replace(old, new)))
    assert model is None
    first = [finding for finding in findings if finding.place == f"file.yaml:{place}"]
    assert [(finding.rule, finding.message, finding.hint) for finding in first] == [(rule, message, hint)]


def test_a_good_issue_is_a_record() -> None:
    model, findings = validate(IssueData, parsed(GOOD_ISSUE))
    assert findings == []
    assert model is not None
    assert model.date.isoformat() == "2021-05-06"


def test_a_misspelt_key_is_one_mistake_not_two() -> None:
    _, findings = validate(IssueData, parsed(GOOD_ISSUE.replace("subject:", "subjekt:")))
    assert [(finding.rule, finding.hint) for finding in findings] == [("SCHEMA-KEY", "Did you mean 'subject'?")]


def test_all_mistakes_in_one_run() -> None:
    text = (
        GOOD_ISSUE.replace("date: 2021", "sent: 2021")
        .replace("layout: feature", "layout: x")
        .replace("[members]", "7")
    )
    _, findings = validate(IssueData, parsed(text))
    assert {finding.rule for finding in findings} == {"SCHEMA-KEY", "SCHEMA-MISSING", "SCHEMA-VALUE"}
    assert len(findings) == 4


@pytest.mark.parametrize(
    ("text", "words"), [("", "empty"), ("# only a comment\n", "empty"), ("- a\n- b\n", "key: value")]
)
def test_a_file_that_is_no_mapping(text: str, words: str) -> None:
    _, findings = validate(IssueData, parsed(text))
    assert len(findings) == 1
    assert words in findings[0].message


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    document, findings = read_yaml(tmp_path / "a.yaml", tmp_path)
    assert findings == []
    assert document is not None
    assert document.data == {"a": "1"}


def test_a_file_that_is_not_utf8_names_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("titre: ok\nr\u00e9sum\u00e9: x\n".encode("cp1252"))
    text, findings = read_text(tmp_path / "a.yaml", tmp_path)
    assert text is None
    assert (findings[0].rule, findings[0].place) == ("YAML-ENCODING", "a.yaml:2:2")
    assert "UTF-8" in (findings[0].hint or "")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a" * 2_000_001)
    assert read_yaml(tmp_path / "a.yaml", tmp_path)[1][0].rule == "YAML-SIZE"


def test_a_missing_file_is_trouble_of_the_world(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match=r"a\.yaml: cannot be read: No such file"):
        read_text(tmp_path / "a.yaml", tmp_path)


class _Texts(Record):
    texts: Localized


# Line separators are left out: PyYAML's own writer folds them.
_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


@given(st.dictionaries(st.from_regex(r"[a-z]{2,3}", fullmatch=True), _LINE, min_size=1))
def test_what_pyyaml_writes_is_read_back(texts: dict[str, str]) -> None:
    written = yaml.safe_dump({"texts": texts}, allow_unicode=True)
    document, findings = parse_yaml(written, "x.yaml")
    assert findings == []
    assert document is not None
    assert document.data == {"texts": texts}


@given(st.text())
def test_no_text_crashes_the_parser(text: str) -> None:
    document, findings = parse_yaml(text, "x.yaml")
    assert (document is None) == bool(findings)
    if document is not None:
        model, problems = validate(_Texts, document)
        assert (model is None) == bool(problems)
