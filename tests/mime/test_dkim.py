"""Signatures, judged by dkimpy, which shares no code with ours."""

from __future__ import annotations

import random
import re
import sys
import threading
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import cache
from types import SimpleNamespace
from typing import Any

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.dkim import DkimKey, Signer, generate_key, load_key, load_keys, verify
from newsletter.dkim import signing as signing_module
from newsletter.dkim.canonical import relaxed_header
from newsletter.dkim.signing import digest
from newsletter.errors import SigningTrouble
from newsletter.mime import compile_message, merge
from newsletter.models.message import WireBytes
from newsletter.models.publication import Publication

Make = Callable[..., Any]
AT = datetime(2024, 2, 6, 14, 30, tzinfo=UTC)
REQUIRED = {
    *("from", "to", "subject", "date", "message-id", "reply-to", "list-id", "mime-version", "content-type"),
    *("list-unsubscribe", "list-unsubscribe-post"),
}
"""RFC 8058 section 4 and RFC 6376 section 5.4.1."""


@cache
def key(algorithm: str) -> DkimKey:
    pem = generate_key("rsa" if algorithm == "rsa" else "ed25519")
    return load_key(pem, "example.org", f"{algorithm}1")


@pytest.fixture(scope="module")
def both() -> Signer:
    return Signer([key("rsa"), key("ed25519")])


class VerifyKey:
    """The one call dkimpy makes of PyNaCl, by `cryptography`: what it hashes, and how, stays its own."""

    def __init__(self, data: bytes, encoder: object) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(b64decode(data))

    def verify(self, data: bytes, signature: bytes) -> None:
        try:
            self._key.verify(signature, data)
        except InvalidSignature as error:
            raise BadSignatureError from error


class BadSignatureError(Exception):
    """PyNaCl's."""


@pytest.fixture(autouse=True)
def ed25519_in_dkimpy(monkeypatch: pytest.MonkeyPatch) -> None:
    nacl = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(BadSignatureError=BadSignatureError),
    )
    monkeypatch.setattr(dkim, "nacl", nacl, raising=False)


def records(signer: Signer) -> dict[str, str]:
    return {one.record_name: one.record for one in signer.keys}


def dkimpy_says(message: bytes, signer: Signer) -> list[bool]:
    """What dkimpy thinks of each signature."""
    known = {f"{name}.": record.encode() for name, record in records(signer).items()}
    one = dkim.DKIM(message)
    said = []
    for index in range(len(signer.keys)):
        try:
            said.append(one.verify(index, dnsfunc=lambda name, timeout=5: known.get(name.decode())))
        except dkim.DKIMException:
            said.append(False)
    return said


def ours_says(message: bytes, signer: Signer) -> list[bool]:
    return [verdict.passed for verdict in verify(message, records(signer).get)]


def test_forty_recipients_verify_with_both_keys(
    make_rendered: Make, make_stamp: Make, publication: Publication, both: Signer
) -> None:
    compiled = compile_message(make_rendered(), publication)
    chance = random.Random(8)
    for number in range(40):
        name = "".join(chance.choice("AÉéñ😀ש\u202e .,'\"=?_\r\n\t") for _ in range(chance.randrange(60)))
        merged = merge(compiled, make_stamp(address=f"p{number}@example.org", name=name))
        signed = both.sign(merged, AT)
        assert isinstance(signed, WireBytes)
        assert signed.endswith(merged)
        assert dkimpy_says(signed, both) == [True, True]
        assert ours_says(signed, both) == [True, True]


def test_what_is_signed(make_rendered: Make, make_stamp: Make, publication: Publication, both: Signer) -> None:
    signed = both.sign(merge(compile_message(make_rendered(), publication), make_stamp()), AT)
    first, second = verify(signed, records(both).get)
    assert (first.domain, first.selector, first.algorithm) == ("example.org", "rsa1", "rsa-sha256")
    assert (second.selector, second.algorithm) == ("ed255191", "ed25519-sha256")
    for verdict in (first, second):
        assert set(verdict.signed) >= REQUIRED
        assert verdict.signed.count("from") == 2
    head = signed.partition(b"\r\nFrom:")[0].decode("ascii")
    assert head.startswith(
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple;\r\n d=example.org; s=rsa1; t=1707229800;\r\n"
    )
    assert max(map(len, head.split("\r\n"))) <= 76
    assert " l=" not in head
    assert not message_from_bytes(signed, policy=policy.default).defects


CHANGES = [
    (b"Se d=C3=A9sabonner", b"Rester............"),
    (b"Subject: ", b"Subject: Re: "),
    (b"From: ", b"From: Eve <eve@example.com>\r\nFrom: "),
    (b"Subject: ", b"Subject: Gagnez\r\nSubject: "),
    (b"List-Unsubscribe: <https://example.org/u/A", b"List-Unsubscribe: <https://example.com/u/A"),
    (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
    (b"To: ", b"To: Eve <eve@example.com>,\r\n "),
    (b"Date: Tue", b"Date: Wed"),
    (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
    (b"d=example.org", b"d=example.com"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_changed_message_fails(
    make_rendered: Make, make_stamp: Make, publication: Publication, both: Signer, old: bytes, new: bytes
) -> None:
    signed = both.sign(merge(compile_message(make_rendered(), publication), make_stamp()), AT)
    assert old in signed
    changed = signed.replace(old, new)
    assert not any(ours_says(changed, both))
    assert not any(dkimpy_says(changed, both))


def test_folding_anew_on_the_way_is_allowed(
    make_rendered: Make, make_stamp: Make, publication: Publication, both: Signer
) -> None:
    signed = both.sign(merge(compile_message(make_rendered(), publication), make_stamp()), AT)
    changed = signed.replace(b"Precedence: list", b"PRECEDENCE:\r\n\t list  ").replace(
        b"\r\nFrom: ", b"\r\nReceived: x\r\nFrom: "
    )
    assert ours_says(changed, both) == dkimpy_says(changed, both) == [True, True]


wild = st.text(st.characters(codec="utf-8"), max_size=80) | st.text(
    "\r\n\0\t \"'<>&@,:;=?_.-é🍁\u202e\u2028A", max_size=80
)


@settings(max_examples=60)
@given(name=wild, subject=wild)
def test_hostile_values_are_signed_as_they_go_out(
    make_rendered: Make, make_stamp: Make, publication: Publication, name: str, subject: str
) -> None:
    signer = Signer([key("ed25519")], verify_every=0)
    signed = signer.sign(
        merge(compile_message(make_rendered(subject=subject), publication), make_stamp(name=name)), AT
    )
    assert dkimpy_says(signed, signer) == ours_says(signed, signer) == [True]


@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"\r\n\r\n\r\n", b"a", b"a \r\n\r\n", b"a\tb  c\r\n", b" \r\n \r\n"]
)
@pytest.mark.parametrize(
    "form", [b"simple/simple", b"simple/relaxed", b"relaxed/simple", b"relaxed/relaxed", b"relaxed"]
)
def test_our_verifier_reads_the_signatures_of_others(body: bytes, form: bytes) -> None:
    message = b"From: a@example.org\r\nSubject:  Two   words\r\n\tand more \r\nTo: b@example.org\r\n\r\n" + body
    pem = generate_key("rsa", 1024).encode()
    header, _, body_form = form.partition(b"/")
    made = dkim.sign(message, b"s", b"example.org", pem, canonicalize=(header, body_form or b"simple"))
    signed = made + message if body_form else made.replace(b"c=relaxed/simple", b"c=relaxed/simple") + message
    record = load_key(pem.decode(), "example.org", "s").record
    (verdict,) = verify(signed, {"s._domainkey.example.org": record}.get)
    assert verdict.passed, verdict.reason
    (verdict,) = verify(signed.replace(b"words", b"swords"), {"s._domainkey.example.org": record}.get)
    assert verdict.reason == "the header is not the one that was signed"


def test_the_example_of_rfc_8463() -> None:
    message = """\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
    record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    (verdict,) = verify(
        message.replace("\n", "\r\n").encode(), {"brisbane._domainkey.football.example.com": record}.get
    )
    assert verdict.passed, verdict.reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"v=1;", b"v=2;", "it is not of version 1"),
        (b"v=1;", b"", "it lacks v"),
        (b"v=1;", b"v=1; l=5;", "it covers a part of the body only (l=)"),
        (b"v=1;", b"v=1; v=1;", "the tag v stands twice"),
        (b"relaxed/simple", b"relaxed/nothing", "canonicalisation relaxed/nothing is unknown"),
        (b"s=ed255191", b"s=other", "there is no record at other._domainkey.example.org"),
        (b"ed25519-sha256", b"rsa-sha1", "it says rsa-sha1, the key is for ed25519-sha256"),
        (b" h=From:", b" h=X:", "it does not sign From"),
        (b"bh=", b"bh=*", "Only base64 data is allowed"),
    ],
)
def test_why_a_signature_is_not_believed(
    make_rendered: Make, make_stamp: Make, publication: Publication, old: bytes, new: bytes, reason: str
) -> None:
    signer = Signer([key("ed25519")])
    signed = signer.sign(merge(compile_message(make_rendered(), publication), make_stamp()), AT)
    changed = signed.replace(old, new, 1)
    if b"h=X" in new:
        changed = changed.replace(
            b"Feedback-ID:\r\n  X-Newsletter-ID:From:", b"Feedback-ID:\r\n  X-Newsletter-ID:", 1
        )
        changed = changed.replace(b"X-Newsletter-ID:From:", b"X-Newsletter-ID:", 1)
    (verdict,) = verify(changed, records(signer).get)
    assert (verdict.passed, verdict.reason) == (False, reason)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("v=DKIM2; k=rsa; p=AA", "the record is not of version DKIM1"),
        ("v=DKIM1; k=ed25519; p=", "the record holds no key: it was withdrawn"),
        ("v=DKIM1; k=ed25519; p=AAAA", "the record holds no key that can be read"),
        ("v=DKIM1; p=AAAA", "the record holds no key that can be read"),
    ],
)
def test_records_that_are_not_believed(record: str, reason: str) -> None:
    signer = Signer([key("ed25519")], verify_every=0)
    (verdict,) = verify(signer.sign(b"From: a@example.org\r\n\r\nx\r\n", AT), lambda name: record)
    assert verdict.reason == reason


def test_a_signature_that_does_not_hold_stops_everything(
    make_rendered: Make, make_stamp: Make, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compile_message(make_rendered(), publication)
    signer = Signer([key("rsa"), key("ed25519")], verify_every=3)
    signer.sign(merge(compiled, make_stamp()), AT)
    monkeypatch.setattr(signing_module, "digest", lambda message: (digest(message)[0], b"x" * 32))
    signer.sign(merge(compiled, make_stamp()), AT)
    signer.sign(merge(compiled, make_stamp()), AT)
    with pytest.raises(SigningTrouble, match=r"does not verify: the body is not the one"):
        signer.sign(merge(compiled, make_stamp()), AT)


def test_threads_sign_side_by_side(
    make_rendered: Make, make_stamp: Make, publication: Publication, both: Signer
) -> None:
    compiled = compile_message(make_rendered(), publication)
    barrier = threading.Barrier(4)

    def work(worker: int) -> list[bool]:
        barrier.wait()
        return [
            all(ours_says(both.sign(merge(compiled, make_stamp(address=f"p{worker}-{n}@example.org")), AT), both))
            for n in range(25)
        ]

    with ThreadPoolExecutor(4) as pool:
        assert all(all(found) for found in pool.map(work, range(4)))


def test_keys_never_show_themselves() -> None:
    for algorithm in ("rsa", "ed25519"):
        one = key(algorithm)
        text = f"{one!r} {Signer([one])!r}"
        assert "private" not in text.lower()
        assert "cryptography" not in text


@pytest.mark.parametrize(
    "pem", ["", "secret words", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_told_without_repeating_it(pem: str) -> None:
    with pytest.raises(ValueError, match="no private key") as caught:
        load_key(pem, "example.org", "s")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_keys_that_cannot_sign() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    curve = ec.generate_private_key(ec.SECP256R1())
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="RSA and Ed25519"):
        load_key(other, "example.org", "s")
    locked = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
    with pytest.raises(ValueError, match="passphrase"):
        load_key(locked, "example.org", "s")


def test_several_keys_in_one_text() -> None:
    pems = [generate_key("ed25519"), generate_key("ed25519")]
    assert load_keys("some words\n" + "\n".join(pems)) == [pem.strip() for pem in pems]


def test_a_record_fits_a_zone_file() -> None:
    one = key("rsa")
    assert one.record.startswith("v=DKIM1; k=rsa; p=MII")
    assert one.zone_line.startswith('rsa1._domainkey.example.org. IN TXT ( "v=DKIM1;')
    strings = one.zone_line.split('"')[1::2]
    assert "".join(strings) == one.record
    assert max(map(len, strings)) <= 255
    assert key("ed25519").zone_line == f'ed255191._domainkey.example.org. IN TXT "{key("ed25519").record}"'


def test_without_the_package_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(SigningTrouble) as caught:
        load_key("", "example.org", "s")
    assert "pip install" in (caught.value.hint or "")


def test_an_international_domain_signs_in_ascii() -> None:
    one = load_key(generate_key("ed25519"), "érable.example.org", "s")
    assert one.record_name == "s._domainkey.xn--rable-9ra.example.org"


@given(
    st.lists(
        st.sampled_from([b" ", b"\t", b"\r\n ", b"\r\n\t", b"\v", b"\f", b"a", b"B:", b"=?utf-8?q?x?="]),
        max_size=12,
    )
)
def test_a_field_is_relaxed_as_the_rfc_says(value: list[bytes]) -> None:
    """RFC 6376 section 3.4.2, step by step: unfold, one space for a run of WSP, none at the ends."""
    field = b"Subject : " + b"".join(value) + b"\r\n"
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", field.removesuffix(b"\r\n"))
    name, _, rest = re.sub(rb"[ \t]+", b" ", unfolded).partition(b":")
    assert relaxed_header(field) == name.strip(b" ").lower() + b":" + rest.strip(b" ") + b"\r\n"
