"""DKIM signatures (RFC 6376, RFC 8301, RFC 8463): made last, right before a message leaves, and verified.

Signing needs the package `cryptography` (extra ``dkim``), imported when a key is read for the first time.
"""

from newsletter.dkim.keys import DkimKey, generate_key, load_key, load_keys
from newsletter.dkim.processes import Pending, SigningProcesses, worthwhile
from newsletter.dkim.signing import Signer
from newsletter.dkim.verifying import Verdict, verify

__all__ = [
    "DkimKey",
    "Pending",
    "Signer",
    "SigningProcesses",
    "Verdict",
    "generate_key",
    "load_key",
    "load_keys",
    "verify",
    "worthwhile",
]
