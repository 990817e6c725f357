"""Message-IDs and tokens: the same for the same message, different for different ones, telling nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mime import message_id, unsubscribe_token
from newsletter.mime.header import is_wire_address

SECRET = b"secret of the tests"


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=20))
def test_a_message_id_is_a_short_dot_atom(issue: str, address: str, purpose: str) -> None:
    made = message_id(SECRET, issue, address, "example.org", purpose=purpose)
    assert len(made) <= 64
    assert is_wire_address(made)
    assert made.endswith("@example.org")
    assert made == message_id(SECRET, issue, address, "example.org", purpose=purpose)


def test_a_message_id_names_its_issue_and_hides_its_recipient() -> None:
    made = message_id(SECRET, "2024-02", "zoe@example.org", "Example.ORG")
    assert re.fullmatch(r"[a-z2-7]{26}\.2024-02@example\.org", made)
    assert "zoe" not in made


def test_whatever_differs_makes_another_message_id() -> None:
    made = {
        message_id(SECRET, "2024-02", "a@example.org", "example.org"),
        message_id(SECRET, "2024-02", "b@example.org", "example.org"),
        message_id(SECRET, "2024-03", "a@example.org", "example.org"),
        message_id(b"other", "2024-02", "a@example.org", "example.org"),
        message_id(SECRET, "2024-02", "a@example.org", "example.org", purpose="test-fr"),
        message_id(SECRET, "2024-02a", "@example.org", "example.org"),
    }
    assert len({one.partition(".")[0] for one in made}) == 6


@pytest.mark.parametrize(
    ("domain", "right"),
    [
        ("érable.example.org", "xn--rable-9ra.example.org"),
        ("infolettre.communications.organisation-tres-longue.example.org", "organisation-tres-longue.example.org"),
        ("a" * 33 + ".org", "a" * 33 + ".org"),
    ],
)
def test_the_domain_of_a_message_id(domain: str, right: str) -> None:
    made = message_id(SECRET, "2024-02", "a@example.org", domain)
    assert made.partition("@")[2] == right
    assert len(made) <= 64


@pytest.mark.parametrize("domain", ["", "exa mple.org", "a.org>\r\nBcc: x", "é é.org"])
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        message_id(SECRET, "2024-02", "a@example.org", domain)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_token_is_22_url_characters(list_id: str, address: str) -> None:
    made = unsubscribe_token(SECRET, list_id, address)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", made)
    assert made == unsubscribe_token(SECRET, list_id, address)


def test_whatever_differs_makes_another_token() -> None:
    made = {
        unsubscribe_token(SECRET, "l.example.org", "a@example.org"),
        unsubscribe_token(SECRET, "l.example.org", "b@example.org"),
        unsubscribe_token(SECRET, "m.example.org", "a@example.org"),
        unsubscribe_token(b"other", "l.example.org", "a@example.org"),
        unsubscribe_token(SECRET, "l.example.orga", "@example.org"),
    }
    assert len(made) == 5
