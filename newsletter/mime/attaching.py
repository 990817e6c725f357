"""Files that travel inside a mail: attachments (RFC 2183) and inline pictures (RFC 2392), encoded once."""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import quote

from newsletter.models.message import CarriedFile

MAX_LINE = 76
"""Longest line of base64 (RFC 2045 section 6.8), and of the fields here."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$&+,.;=@^_`{}~()-]+")
_BARE = "!#$&+-.^_`|~"
"""What may stand bare in an extended parameter (RFC 2231 section 7), besides letters and digits."""
_PERCENT = re.compile("%[0-9A-F]{2}|.")


def carried_part(file: CarriedFile) -> bytes:
    """The part of one file: its fields, an empty line, base64 in lines of 76; ends with a line break."""
    disposition = "inline" if file.content_id else "attachment"
    fields = [f"Content-Type: {file.content_type}", "Content-Transfer-Encoding: base64"]
    if file.content_id:
        fields.append(f"Content-ID: <{file.content_id}>")
    fields += [f"Content-Disposition: {disposition};", *filename_lines(file.name), "", ""]
    return "\r\n".join(fields).encode("ascii") + base64_lines(file.content)


def filename_lines(name: str) -> list[str]:
    """The parameter ``filename`` on lines of its own: quoted when it is short and plain, else as RFC 2231 has it.

    Both forms side by side would be read by more programs, but RFC 2231 allows one, and parsers disagree on two.
    """
    plain = f' filename="{name}"'
    if _PLAIN_NAME.fullmatch(name) and "=?" not in name and len(plain) <= MAX_LINE:
        return [plain]
    encoded = quote(name.encode("utf-8", "replace"), safe=_BARE)
    whole = f" filename*=utf-8''{encoded}"
    if len(whole) <= MAX_LINE:
        return [whole]
    lines: list[str] = []
    line = f" filename*{len(lines)}*=utf-8''"
    for piece in _PERCENT.findall(encoded):
        if len(line) + len(piece) + len(";") > MAX_LINE:
            lines.append(f"{line};")
            line = f" filename*{len(lines)}*="
        line += piece
    return [*lines, line]


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76 octets, each with its CRLF; none begins with a dot, which base64 does not know."""
    encoded = b64encode(content)
    return b"".join(encoded[at : at + MAX_LINE] + b"\r\n" for at in range(0, len(encoded), MAX_LINE))
