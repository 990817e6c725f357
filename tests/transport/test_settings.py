"""Transport URLs: what they mean, and that their passwords stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.transport import SmtpSettings, parse_url


@pytest.mark.parametrize(
    ("url", "port", "implicit", "starttls"),
    [
        ("smtp://relay.example.org", 25, False, "always"),
        ("smtp://relay.example.org:587", 587, False, "always"),
        ("smtp://127.0.0.1:2525", 2525, False, "auto"),
        ("smtp://localhost", 25, False, "auto"),
        ("smtp://[::1]:2525", 2525, False, "auto"),
        ("smtp://localhost?starttls=always", 25, False, "always"),
        ("smtp://relay.example.org?starttls=never", 25, False, "never"),
        ("smtps://relay.example.org", 465, True, "never"),
        ("smtps://relay.example.org:4465", 4465, True, "never"),
    ],
)
def test_defaults_follow_the_scheme_and_the_place(url: str, port: int, implicit: bool, starttls: str) -> None:
    settings = parse_url(url, allow_password=False)
    assert (settings.port, settings.implicit_tls, settings.starttls) == (port, implicit, starttls)
    assert (settings.timeout, settings.final_timeout) == (300, 600)


def test_every_option(tmp_path: Path) -> None:
    settings = parse_url(
        "smtp://bulletin%40example.org@relay.example.org:587?starttls=always&timeout=20&final_timeout=30"
        "&connect_timeout=5&ca=certs/ca.pem&hello=mail.example.org&verify=yes",
        allow_password=False,
        password="secret",
        root=tmp_path,
    )
    assert settings == SmtpSettings(
        host="relay.example.org",
        port=587,
        starttls="always",
        user="bulletin@example.org",
        password="secret",
        ca_file=tmp_path / "certs/ca.pem",
        hello="mail.example.org",
        connect_timeout=5,
        timeout=20,
        final_timeout=30,
    )


BAD = [
    ("relay.example.org", "no transport of kind"),
    ("http://relay.example.org", "no transport of kind 'http'"),
    ("smtp://", "no host"),
    ("smtp://:25", "no host"),
    ("smtp://relay.example.org:0", "port 0"),
    ("smtp://relay.example.org:70000", "cannot be read"),
    ("smtp://relay.example.org:abc", "cannot be read"),
    ("smtp://relay.example.org/inbox", "nothing may follow"),
    ("smtp://relay.example.org?startls=always", "no transport option 'startls'"),
    ("smtp://relay.example.org?starttls=maybe", "always, auto or never"),
    ("smtps://relay.example.org?starttls=always", "leave starttls out"),
    ("smtp://relay.example.org?timeout=soon", "number of seconds"),
    ("smtp://relay.example.org?timeout=0", "more than 0"),
    ("smtp://relay.example.org?timeout=nan", "more than 0"),
    ("smtp://relay.example.org?verify=no", "only for a relay on this machine"),
    ("smtp://relay.example.org?verify=perhaps", "yes or no"),
    ("smtp://relay.example.org?hello=a%0D%0AMAIL", "not a host name"),
    ("smtp://relay.example.org?timeout=1&timeout=2", "twice"),
    ("smtp://relay.example.org?timeout", "name=value"),
]


@pytest.mark.parametrize(("url", "words"), BAD)
def test_a_bad_url_is_told_in_words(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_url(url, allow_password=True)


def test_a_password_in_a_file_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="environment") as caught:
        parse_url("smtp://me:hunter2@relay.example.org", allow_password=False)
    assert "hunter2" not in str(caught.value)


def test_a_password_in_the_environment_is_taken_and_never_shown() -> None:
    settings = parse_url("smtp://me:hunter%402@relay.example.org", allow_password=True)
    assert settings.password == "hunter@2"
    assert "hunter" not in repr(settings) + str(settings) + settings.safe_url + settings.place
    assert settings.safe_url == "smtp://me@relay.example.org:25"


@given(
    password=st.text(st.characters(categories=["L", "N"]), min_size=12),
    tail=st.sampled_from(
        ["@relay.example.org:x", "@relay.example.org:99999", "@", "@[::1", "@relay/example?x=y#z"]
    ),
)
def test_no_mistake_in_a_url_prints_its_password(password: str, tail: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_url(f"smtp://me:{password}{tail}", allow_password=True)
    assert password not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_in_words(text: str) -> None:
    try:
        settings = parse_url(text, allow_password=True)
    except ValueError as error:
        assert str(error)  # noqa: PT017
    else:
        assert settings.host
