"""Certificates and versions that must not be trusted, and a line on which somebody meddles."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsletter.errors import EncryptionRefused, RelayUnreachable
from newsletter.inbox import Inbox
from newsletter.models.message import Envelope, Outcome
from newsletter.transport import open_transport, parse_url

ENVELOPE = Envelope("bulletin@example.org", "reader@example.com", "id@example.org", b"Subject: x\r\n\r\nx\r\n")


def self_signed(folder: Path, *, days: int, host: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A certificate that is its own authority, good until `days` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    crt, pem = folder / "relay.crt", folder / "relay.pem"
    crt.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + crt.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return crt, context


def send(inbox: Inbox, options: str, user: str = "") -> None:
    url = f"{inbox.url.replace('//', f'//{user}')}?{options}&connect_timeout=10"
    session = open_transport(parse_url(url, allow_password=False, password="secret" if user else None)).connect()
    assert session.send(ENVELOPE, lambda: None).outcome is Outcome.ACCEPTED
    session.close()


BOTH_WAYS = pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])


@BOTH_WAYS
def test_a_self_signed_certificate_only_when_it_is_named(tmp_path: Path, implicit: bool) -> None:
    crt, context = self_signed(tmp_path, days=2)
    with Inbox(tls=context, implicit_tls=implicit) as inbox:
        with pytest.raises(EncryptionRefused, match="not trusted: self-signed") as caught:
            send(inbox, "hello=me")
        assert "ca=FILE" in (caught.value.hint or "")
        send(inbox, f"ca={crt}")
        assert len(inbox.messages) == 1


@BOTH_WAYS
def test_an_expired_certificate_also_when_it_is_named(tmp_path: Path, implicit: bool) -> None:
    crt, context = self_signed(tmp_path, days=-1)
    with Inbox(tls=context, implicit_tls=implicit) as inbox:
        with pytest.raises(EncryptionRefused, match="not trusted: certificate has expired"):
            send(inbox, f"ca={crt}")
        assert inbox.messages == ()


@BOTH_WAYS
def test_nothing_older_than_tls_1_2(tmp_path: Path, implicit: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system allows: its own lower bound is taken away for this test."""
    crt, context = self_signed(tmp_path, days=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        usual = ssl.create_default_context

        def lax(**more: Any) -> ssl.SSLContext:
            made = usual(**more)
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.set_ciphers("ALL:@SECLEVEL=0")
            return made

        monkeypatch.setattr(ssl, "create_default_context", lax)
        with Inbox(tls=context, implicit_tls=implicit) as inbox:
            with pytest.raises((EncryptionRefused, RelayUnreachable), match="no encrypted connection"):
                send(inbox, f"ca={crt}")
            assert inbox.messages == ()


@pytest.mark.parametrize("user", ["", "mailer@"], ids=["", "with login"])
def test_words_slipped_in_before_the_encryption_are_not_believed(
    certificates: Any, user: str, line_relay: Any
) -> None:
    """The plain text after 220 would become the answer to our first encrypted command (CVE-2021-33515 and kin)."""
    heard = line_relay.serve(
        b"220 hi", b"250-me\r\n250 STARTTLS", b"220 go ahead\r\n250-me\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok"
    )
    url = (
        f"smtp://{user}127.0.0.1:{line_relay.port}?starttls=always&ca={certificates.authority}&connect_timeout=10"
    )
    with pytest.raises(EncryptionRefused, match="slipped words in"):
        open_transport(parse_url(url, allow_password=False, password="secret" if user else None)).connect()
    line_relay.join()
    assert [line.split()[0].lower() for line in b"".join(heard).splitlines()] == [b"ehlo", b"starttls"]


def test_starttls_stripped_on_the_way_stops_before_the_login(line_relay: Any) -> None:
    """What a box in the network does: the offer is overwritten, everything else is passed on."""
    heard = line_relay.serve(b"220 hi", b"250-me\r\n250-XXXXXXXX\r\n250 AUTH PLAIN")
    url = f"smtp://mailer@127.0.0.1:{line_relay.port}?starttls=always&connect_timeout=10"
    with pytest.raises(EncryptionRefused, match="does not offer STARTTLS"):
        open_transport(parse_url(url, allow_password=False, password="secret")).connect()
    line_relay.join()
    assert b"AUTH" not in b"".join(heard).upper()


def test_after_a_bad_certificate_nothing_is_said(certificates: Any) -> None:
    with Inbox(tls=certificates.misnamed, credentials={"mailer": "secret"}) as inbox:
        with pytest.raises(EncryptionRefused):
            send(inbox, f"starttls=always&ca={certificates.authority}", "mailer@")
        assert inbox.messages == ()
