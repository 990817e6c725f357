"""newsletter.yaml, the environment on top of it, secrets beside it; mistakes in either have a place and a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.config import Config, find_root, load_config, variable_names
from newsletter.errors import FileTrouble, UnknownName
from newsletter.models.finding import Finding

CONFIG = """\
publication:
  name: {fr: Le Bulletin, en: The Bulletin}
  organisation: {fr: Organisme, en: Organisation}
  sender: {name: {fr: Le Bulletin, en: The Bulletin}, address: news@example.org}
  mailing_address: {fr: "1, rue X, Montréal H2X 1Y4", en: "1 X Street, Montréal H2X 1Y4"}
  contact: {email: hello@example.org}
  website: {fr: "https://www.example.org/fr/", en: "https://www.example.org/en/"}
  reason: {fr: Vous êtes membre., en: You are a member.}
  list_id: news.example.org
  unsubscribe: {url: "https://www.example.org/u/{token}"}
"""


def load(tmp_path: Path, text: str = CONFIG, **environ: str) -> tuple[Config | None, list[Finding]]:
    (tmp_path / "newsletter.yaml").write_text(text, encoding="utf-8")
    return load_config(tmp_path, environ)


def sound(tmp_path: Path, text: str = CONFIG, **environ: str) -> Config:
    config, findings = load(tmp_path, text, **environ)
    assert findings == []
    assert config is not None
    return config


def test_defaults_work_out_of_the_box(tmp_path: Path) -> None:
    config = sound(tmp_path)
    assert config.store == "sqlite:///var/newsletter.sqlite3"
    assert (config.transport.host, config.transport.port) == ("localhost", 25)
    assert config.publication.edition_codes == ("fr", "en", "fr+en")
    assert config.publication.default_edition == "fr+en"
    assert config.secret is None


def test_the_environment_wins_at_every_depth(tmp_path: Path) -> None:
    config = sound(
        tmp_path,
        NEWSLETTER_TRANSPORT="smtp://127.0.0.1:2525",
        NEWSLETTER_STORE="sqlite:////srv/ledger.sqlite3",
        NEWSLETTER_DELIVERY__CONNECTIONS="2",
        NEWSLETTER_PUBLICATION__SENDER__ADDRESS="other@example.org",
        NEWSLETTER_PUBLICATION__LANGUAGES="[fr]",
        NEWSLETTER_RULES="{HDR-SUBJECT-LEN: off}",
        UNRELATED="x",
    )
    assert (config.transport.host, config.transport.port) == ("127.0.0.1", 2525)
    assert config.store == "sqlite:////srv/ledger.sqlite3"
    assert config.delivery.connections == 2
    assert config.publication.sender.address == "other@example.org"
    assert config.publication.languages == ("fr",)
    assert config.rules == {"HDR-SUBJECT-LEN": "off"}


@pytest.mark.parametrize(
    ("environ", "file", "words", "hint"),
    [
        ({"NEWSLETTER_TRANPORT": "x"}, "environment variable NEWSLETTER_TRANPORT", "sets nothing", "Did you mean 'NEWSLETTER_TRANSPORT'?"),
        ({"NEWSLETTER_DELIVERY__CONNECTIONS": "many"}, "environment variable NEWSLETTER_DELIVERY__CONNECTIONS", "not a whole number, got 'many'", None),
        ({"NEWSLETTER_TRANSPORT": "carrier-pigeon://x"}, "environment variable NEWSLETTER_TRANSPORT", "", None),
        ({"NEWSLETTER_PUBLICATION__LANGUAGES": "[fr"}, "environment variable NEWSLETTER_PUBLICATION__LANGUAGES", "cannot read this line", None),
        ({"NEWSLETTER_SECRET": "short"}, "environment variable NEWSLETTER_SECRET", "shorter than 16", None),
    ],
)  # fmt: skip
def test_mistakes_of_the_environment_name_the_variable(
    tmp_path: Path, environ: dict[str, str], file: str, words: str, hint: str | None
) -> None:
    config, findings = load(tmp_path, **environ)
    assert config is None
    (finding,) = findings
    assert finding.file == file
    assert words in finding.message
    assert hint is None or finding.hint == hint


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("list_id:", "list-id:", "newsletter.yaml:9:3", "unknown key 'list-id'"),
        ("/u/{token}", "/u/", "newsletter.yaml:10:17", "must start with https:// and hold {token} exactly once"),
        ("https://www.example.org/u/", "http://www.example.org/u/", "newsletter.yaml:10:17", "must start with https://"),
        ("contact: {email: hello@example.org}", "contact: {}", "newsletter.yaml:6:3", "at least one of email, phone, web"),
        ("  list_id", "  timezone: Montréal\n  list_id", "newsletter.yaml:9:3", "not a time zone"),
        ("publication:", "transport: smtp://user:secret@relay.example.org\npublication:", "newsletter.yaml:1:1", "environment"),
        ("publication:", "rules: {X: loud}\npublication:", "newsletter.yaml:1:9", "expected 'off', 'info', 'warning' or 'error', got 'loud'"),
    ],
)  # fmt: skip
def test_mistakes_of_the_file_have_a_place(tmp_path: Path, old: str, new: str, place: str, words: str) -> None:
    assert old in CONFIG
    config, findings = load(tmp_path, CONFIG.replace(old, new, 1))
    assert config is None
    assert any(finding.place == place and words in finding.message for finding in findings), findings


def test_mistakes_of_file_and_environment_come_together(tmp_path: Path) -> None:
    _, findings = load(tmp_path, CONFIG.replace("list_id", "list-id"), NEWSLETTER_NONSENSE="1")
    assert {finding.rule for finding in findings} == {"SCHEMA-KEY", "CONFIG-ENV"}


def test_a_password_comes_from_the_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    url = "smtp://user@relay.example.org:587"
    secret_file = tmp_path / "password"
    secret_file.write_text("from-file\n")
    for environ in (
        {"NEWSLETTER_SMTP_PASSWORD": "from-file"},
        {"NEWSLETTER_SMTP_PASSWORD_FILE": str(secret_file)},
    ):
        config = sound(tmp_path, NEWSLETTER_TRANSPORT=url, **environ)
        assert "from-file" not in repr(config)
        assert "from-file" not in str(config.transport)


def test_a_secret_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="NEWSLETTER_SECRET_FILE"):
        load(tmp_path, NEWSLETTER_SECRET_FILE=str(tmp_path / "none"))


def test_the_project_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text("")
    inner = tmp_path / "issues" / "old"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path


def test_a_relative_folder_is_looked_up_from_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here / "corpus", elsewhere):
        folder.mkdir(parents=True)
    (here / "newsletter.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(here / "corpus")
    assert find_root(Path()) == here
    with pytest.raises(UnknownName):
        find_root(Path("../../elsewhere"))


def test_a_secret_of_any_bytes_signs(tmp_path: Path) -> None:
    raw = b"\xff" * 32
    config = sound(tmp_path, NEWSLETTER_SECRET=raw.decode("utf-8", "surrogateescape"))
    assert config.secret == raw
    assert repr(raw)[2:-1] not in repr(config)


def test_no_project_here(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no newsletter\.yaml here or in a folder above"):
        find_root(tmp_path)


def test_every_value_has_a_variable() -> None:
    names = variable_names()
    assert names["NEWSLETTER_STORE"] == ("store",)
    assert names["NEWSLETTER_PUBLICATION__UNSUBSCRIBE__URL"] == ("publication", "unsubscribe", "url")


@pytest.mark.parametrize("written", ["null:", '"null:"'])
def test_a_variable_for_text_is_text_as_it_stands(tmp_path: Path, written: str) -> None:
    assert sound(tmp_path, NEWSLETTER_TRANSPORT=written).transport.safe_url == "null:"


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        ("languages: [fr, en, fr]", 0, "'fr' stands here twice"),
        ("languages: [fr, en]\n  editions: [fr+ar]", 1, "'fr+ar' holds 'ar', which is none of languages: fr, en"),
        ("languages: [fr, en]\n  editions: [fr]", 1, "'fr' is no edition in several languages; write e.g. fr+en"),
        ("languages: [fr, en]\n  editions: [fr+fr]", 1, "'fr+fr' is no edition in several languages"),
        ("languages: [fr, en]\n  unknown_language: ar", 1, "'ar' is no edition of this publication; write fr, en"),
        (
            "languages: [fr, en, ar]\n  unknown_language: fr+en",
            1,
            "fr+en+ar or exclude, or add 'editions: [fr+en]'",
        ),
        ("languages: [es]\n  unknown_language: fr+en", 1, "no edition of this publication; write es or exclude"),
    ],
)
def test_languages_that_do_not_go_together(tmp_path: Path, written: str, line: int, message: str) -> None:
    config, findings = load(tmp_path, CONFIG.replace("  list_id:", f"  {written}\n  list_id:"))
    assert config is None
    (finding,) = findings
    assert message in finding.message
    assert finding.line == CONFIG[: CONFIG.index("  list_id:")].count("\n") + 1 + line
