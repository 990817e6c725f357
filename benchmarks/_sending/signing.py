"""Signers for the benchmark of the sender: `NEWSLETTER_BENCH_DKIM=benchmarks._sending.signing:rsa` and others."""

from __future__ import annotations

from newsletter.dkim import Signer, generate_key, load_key
from newsletter.dkim.keys import Algorithm


def rsa() -> Signer:
    """A new RSA key of 2048 bits."""
    return _with("rsa")


def ed25519() -> Signer:
    """A new Ed25519 key."""
    return _with("ed25519")


def both() -> Signer:
    """Two signatures on each message."""
    return _with("rsa", "ed25519")


def _with(*algorithms: Algorithm) -> Signer:
    return Signer([load_key(generate_key(one), "example.org", f"{one}1") for one in algorithms])
