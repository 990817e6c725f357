"""Links, e-mail addresses and phone numbers."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import DoubtKind
from newsletter.corpus.reading.contacts import find_emails, find_links, find_phones

# (text, address, label)
LINKS = [
    ("https://example.org", "https://example.org", ""),
    ("See https://example.org/a-b?c=d&e=f#g.", "https://example.org/a-b?c=d&e=f#g", ""),
    ("(https://example.org/data-jam)", "https://example.org/data-jam", ""),
    ("https://example.org/a_(b)", "https://example.org/a_(b)", ""),
    ("(see https://example.org/a_(b)).", "https://example.org/a_(b)", ""),
    ("http://example.org/page,", "http://example.org/page", ""),
    ("Visitez www.example.org !", "https://www.example.org", ""),
    ("« https://example.org/é »", "https://example.org/é", ""),
    ("<https://example.org/x>", "https://example.org/x", ""),
    ('"https://example.org/x"', "https://example.org/x", ""),
    ("HTTPS://EXAMPLE.ORG/X", "HTTPS://EXAMPLE.ORG/X", ""),
    ("[Register](https://example.org/r)", "https://example.org/r", "Register"),
    ("[ Pour s’inscrire ](<https://example.org/r> \"titre\")", "https://example.org/r", "Pour s’inscrire"),
    ("[A (b)](https://example.org/a_(b))", "https://example.org/a_(b)", "A (b)"),
    ("[https://example.org](https://example.org/real)", "https://example.org/real", "https://example.org"),
    ("[Site](www.example.org)", "https://www.example.org", "Site"),
]  # fmt: skip
EMAILS = [
    ("Write to info@example.org.", "info@example.org"), ("<first.last+tag@mail.example.com>", "first.last+tag@mail.example.com"), ("[Nous écrire](mailto:info@example.org)", "info@example.org"),
    ("courriel : INFO@Example.org;", "INFO@Example.org"), ("(a@b.example)", "a@b.example"),
]  # fmt: skip
NO_EMAILS = ["@example", "a@", "a@b", "@someone on a network", "price@5", "a @ b.org", ""]
PHONES = [
    ("514 555-0199", "+15145550199"), ("514-555-0199", "+15145550199"), ("(514) 555-0199", "+15145550199"), ("514.555.0199", "+15145550199"), ("1 800 555-0199", "+18005550199"),
    ("+1 514 555-0199", "+15145550199"), ("Tél. : 514 555-0199, poste 12", "+15145550199;ext=12"), ("514-555-0199 ext. 4021", "+15145550199;ext=4021"), ("+33 1 99 00 12 34", "+33199001234"),
    ("+44 20 7946 0018", "+442079460018"), ("514\u00a0555-0199", "+15145550199"), ("call 514 555-0199.", "+15145550199"),
]  # fmt: skip
NO_PHONES = [
    "2019-2022",
    "100 000 people",
    "2021-05-08",
    "12 345 678",
    "514 555",
    "10:30-11:15",
    "1 234 567 890 1234",
    "ISBN 978-2-12345-678-9",
    "114 555-0199",
    "",
]


@pytest.mark.parametrize(("text", "url", "label"), LINKS)
def test_link(text: str, url: str, label: str) -> None:
    (found,) = find_links(text)
    assert (found.value.url, found.value.label) == (url, label)
    assert found.doubts == ()
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    ["", "no link", "http://", "www.", "[label](mailto:info@example.org)", "[1]", "(www)", "info@www.example.org"],
)
def test_no_link(text: str) -> None:
    assert find_links(text) == ()


def test_links_in_reading_order() -> None:
    text = "https://a.example [b](https://b.example) https://c.example [d](https://d.example)"
    assert [found.value.url[8] for found in find_links(text)] == list("abcd")


@pytest.mark.parametrize("text", ["[Report](report.pdf)", "[x](javascript:alert)", "https://localhost/x"])
def test_an_address_that_leads_nowhere_is_doubted(text: str) -> None:
    (found,) = find_links(text)
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.LINK]


@pytest.mark.parametrize(("text", "address"), EMAILS)
def test_email(text: str, address: str) -> None:
    assert [found.value for found in find_emails(text)] == [address]


@pytest.mark.parametrize("text", NO_EMAILS)
def test_no_email(text: str) -> None:
    assert find_emails(text) == ()


@pytest.mark.parametrize(("text", "number"), PHONES)
def test_phone(text: str, number: str) -> None:
    (found,) = find_phones(text)
    assert found.value == number
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", NO_PHONES)
def test_no_phone(text: str) -> None:
    assert find_phones(text) == ()
