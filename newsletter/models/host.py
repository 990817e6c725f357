"""Host names as they go on the wire."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=64)
def ascii_domain(domain: str) -> str:
    """A host name as it goes on the wire: lower case, IDNA A-labels. Raises ValueError when it is none."""
    if re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", domain):
        return domain.lower()
    # Few names need it, and it takes its time to load.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        raise ValueError(f"not a host name: {domain[:100]!r}") from None
