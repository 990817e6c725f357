"""One spelling per mailbox, and the quick way agrees with email-validator."""

from __future__ import annotations

import email_validator
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.audience import normalise_address
from newsletter.audience.address import _QUICK


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Zoe@Example.ORG", "zoe@example.org"),
        ("  zoe@example.org\t", "zoe@example.org"),
        ("\u00a0zoe@example.org\u200b", "zoe@example.org"),
        ("\ufeffzoe@example.org", "zoe@example.org"),
        ("zoe@érable.example.org", "zoe@xn--rable-9ra.example.org"),
        ("zoe@E\u0301RABLE.example.org", "zoe@xn--rable-9ra.example.org"),
        ("zoe@ÉRABLE.example.org", "zoe@xn--rable-9ra.example.org"),
        ("zoe@xn--rable-9ra.example.org", "zoe@xn--rable-9ra.example.org"),
        ("o'neil+news@example.com", "o'neil+news@example.com"),
        ("zoe@ville.example", "zoe@ville.example"),
    ],
)
def test_every_spelling_of_a_mailbox_is_one_address(written: str, address: str) -> None:
    assert normalise_address(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "zoe",
        "zoe(at)example.org",
        "zoe@",
        "@example.org",
        "zoe@example",
        "zoe@localhost",
        "zoe@relay.test",
        "zoe@x.invalid",
        "zoé@example.org",
        "zoe@@example.org",
        "zoe..t@example.org",
        ".zoe@example.org",
        "zoe.@example.org",
        "zoe@-example.org",
        "zoe@exam_ple.org",
        "zoe@[192.0.2.1]",
        "zoe@192.0.2.1",
        '"z t"@example.org',
        "Zoé <zoe@example.org>",
        "zoe@example.org, jean@example.org",
        "zoe@example.org\r\nBcc: eve@example.org",
        "zoe\0@example.org",
        "\ud800@example.org",
        "z" * 65 + "@example.org",
        "zoe@" + "a" * 64 + ".org",
        "zoe@" + "a." * 130 + "org",
        "x" * 100_000,
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        normalise_address(written)
    assert "\n" not in str(caught.value)


ascii_texts = st.text("abcZ019.-_+!@'", max_size=30)
domains = st.lists(
    st.one_of(st.text("abcz09-", max_size=12), st.sampled_from(["xn--rable-9ra", "test", "local", "example"])),
    min_size=1,
    max_size=4,
).map(".".join)
addresses = st.builds("{}@{}".format, ascii_texts, st.one_of(domains, ascii_texts))


@given(st.one_of(ascii_texts, addresses, st.emails()))
@example("a@a--b.org")
@example("a@ab--c.org")
@example("a@b.a0")
@example("a@b.onion")
@example("a@local")
@example("a@x.arpa")
@example("a" * 64 + "@example.org")
@example("a@" + "b" * 63 + ".org")
def test_the_quick_way_takes_only_what_email_validator_takes(written: str) -> None:
    lower = written.lower()
    if not _QUICK.match(lower):
        return
    options = {"check_deliverability": False, "allow_smtputf8": False, "strict": True}
    found = email_validator.validate_email(lower, **options)
    assert found.normalized == lower == normalise_address(written)


@given(st.one_of(st.text(max_size=60), addresses, st.emails()))
def test_a_normalised_address_stays_as_it_is(written: str) -> None:
    try:
        address = normalise_address(written)
    except ValueError:
        return
    assert address.isascii()
    assert address == address.lower()
    assert normalise_address(address) == address
