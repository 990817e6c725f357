"""Bytes to clean text: encodings told, mojibake and entities repaired, odd spaces made plain.

Everything that was repaired comes back as a note, so that a person can look at it.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from html.entities import html5

_BINARY_STARTS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3": "a database",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", None),
    (codecs.BOM_UTF32_LE, "utf-32", "was UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "was UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "was UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "was UTF-16"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,80}encoding=["']([\w.:-]{1,40})|charset\s{0,3}=\s{0,3}["']?([\w.:-]{1,40})""", re.I
)
_LATIN = frozenset({"iso8859-1", "latin-1", "ascii", "cp1252", "iso8859-15"})

_TO_BYTE = {bytes([byte]).decode("cp1252", errors="replace"): byte for byte in range(0x80, 0x100)}
_TO_BYTE.pop("\ufffd", None)
_TO_BYTE |= {chr(byte): byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""Characters that bytes of a UTF-8 text become when it is read as Windows-1252 (the five it leaves undefined
come through as C1 controls)."""
_LEADS = "".join(char for char, byte in _TO_BYTE.items() if 0xC2 <= byte <= 0xF4)
_TRAILS = "".join(char for char, byte in _TO_BYTE.items() if 0x80 <= byte <= 0xBF)
_MOJIBAKE = re.compile(f"(?:[{re.escape(_LEADS)}][{re.escape(_TRAILS)}]{{1,3}})+")
_LOST_NBSP = re.compile(r"Ã(?: (?= |$)|(?= \w))", re.MULTILINE)
"""``à`` read wrongly is ``Ã`` and a no-break space; copying makes that a plain one, or one with the next space."""
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SPACES = re.compile(r"[^\S\n]")
_CONTROLS = (*(code for code in range(0x20) if code not in (9, 10, 12, 13)), *range(0x7F, 0xA0))
_INVISIBLE = (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070))
_DROPPED = dict.fromkeys((*_CONTROLS, *_INVISIBLE, 0xFEFF, 0xFFFC, 0xFFFE, 0xFFFF))


class NotText(ValueError):
    """The bytes are no text; the message says what they are."""


def decode(raw: bytes) -> tuple[str, list[str]]:
    """The text of a file and notes on its encoding. Raises NotText for pictures, archives and the like."""
    for start, what in _BINARY_STARTS.items():
        if raw.startswith(start):
            raise NotText(f"this is {what}, not a text")
    for bom, codec, note in _BOMS:
        if raw.startswith(bom):
            try:
                return raw[len(bom) if codec == "utf-8" else 0 :].decode(codec), [note] if note else []
            except UnicodeDecodeError:
                break
    if (codec_name := _wide_without_bom(raw)) is not None:
        return raw.decode(codec_name, errors="replace"), ["was UTF-16 without its mark"]
    if _looks_binary(raw):
        raise NotText("this is not a text: it holds bytes that no text has")
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError:
        return _decode_single_bytes(raw)


def _decode_single_bytes(raw: bytes) -> tuple[str, list[str]]:
    declared = _declared(raw[:2048])
    if declared is not None and declared not in _LATIN and declared != "utf-8":
        try:
            return raw.decode(declared), [f"was {declared}"]
        except UnicodeDecodeError:
            pass
    # Some files are UTF-8 with a few Windows-1252 lines pasted in: each line is read by itself.
    lines, wrong = [], 0
    for line in raw.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(_windows_1252(line))
            wrong += 1
    mixed = any(not line.isascii() for line in lines) and any(
        not line.isascii() and _is_utf8(line) for line in raw.split(b"\n")
    )
    note = f"was UTF-8 with {wrong} Windows-1252 lines in it" if mixed else "was Windows-1252"
    return "\n".join(lines), [note]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _windows_1252(line: bytes) -> str:
    return line.decode("cp1252", errors="replace").replace("\ufffd", "")


def _declared(head: bytes) -> str | None:
    found = _DECLARED.search(head)
    if found is None:
        return None
    try:
        return codecs.lookup((found[1] or found[2]).decode("ascii")).name
    except LookupError:
        return None


def _wide_without_bom(raw: bytes) -> str | None:
    """UTF-16 of Western text has a zero in nearly every second byte."""
    head = raw[:4096]
    if len(head) < 4 or len(raw) % 2:
        return None
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _looks_binary(raw: bytes) -> bool:
    head = raw[:65536]
    if b"\0" in head:
        return True
    odd = sum(head.count(bytes([code])) for code in range(1, 32) if code not in (9, 10, 12, 13, 27))
    return odd > 0.01 * len(head) + 1


def repair(text: str) -> tuple[str, list[str]]:
    """`text` with mojibake repaired and one kind of line break; NFC; with notes."""
    notes = []
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n") if "\r" in text else text
    repaired = _undo_mojibake(text)
    if repaired != text:
        count = len(_MOJIBAKE.findall(text))
        notes.append(f"{count} characters were UTF-8 read as Windows-1252 (Ã© for é): repaired")
        text = repaired
    if "\ufffd" in text:
        notes.append(f"{text.count(chr(0xFFFD))} characters are lost (\ufffd): look for them in the original")
    return unicodedata.normalize("NFC", text), notes


def _undo_mojibake(text: str) -> str:
    for _ in range(2):  # text that went wrong twice is not rare
        if not _MOJIBAKE.search(text):
            return text
        changed = _LOST_NBSP.sub("Ã\u00a0", text) if _trusted(text) else text
        changed = _MOJIBAKE.sub(_one_repaired, changed)
        if changed == text:
            return text
        text = changed
    return text


def _trusted(text: str) -> bool:
    """Whether `text` has whole mojibake letters, so that a lone ``Ã`` may be one that lost its space."""
    return any(_one_repaired(found) != found[0] for found in _MOJIBAKE.finditer(text))


def _one_repaired(found: re.Match[str]) -> str:
    """What the run was before it was read wrongly; the run itself when that would be no character of our texts.

    ``É`` and the no-break space of ``COMMUNIQUÉ :`` happen to be the bytes of a letter nobody here writes.
    """
    try:
        repaired = bytes(_TO_BYTE[char] for char in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    expected = all(char in _TO_BYTE or "\u0100" <= char <= "\u017f" or char >= "\U0001f000" for char in repaired)
    foreign = found[0].endswith("\u00a0") and repaired[-1] not in _TO_BYTE
    return repaired if expected and not foreign else found[0]


def undo_entities(text: str) -> tuple[str, list[str]]:
    """`text` with HTML entities as characters; for captures, where they are left-overs of a page."""
    found = _ENTITY.findall(text)
    known = [entity for entity in found if _character(entity) != entity]
    if not known:
        return text, []
    what = f"{len(known)} HTML entities ({known[0]}) read as characters"
    return _ENTITY.sub(lambda match: _character(match[0]), text), [what]


def _character(entity: str) -> str:
    """What an entity stands for; itself when no such name is known (``html.unescape`` takes the start of one)."""
    known = entity.startswith("&#") or entity[1:] in html5
    return html.unescape(entity) if known else entity


def plain_spaces(text: str) -> str:
    """`text` without invisible characters; every space that is not a line break is a plain one."""
    return _SPACES.sub(" ", text.translate(_DROPPED))


def fold_spaces(text: str) -> str:
    """`text` on one line with single spaces."""
    return " ".join(text.translate(_DROPPED).split())
