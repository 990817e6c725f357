"""What kinds of files a newsletter may carry, told by their ending and by their first bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file. matches: whether a content is one."""

    content_type: str
    matches: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _is_calendar(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf").startswith(b"BEGIN:VCALENDAR") and _is_text(content)


def _office(folder: bytes) -> Callable[[bytes], bool]:
    """A package of Office Open XML (ECMA-376): a zip archive with that folder, and without macros."""
    return lambda content: content.startswith(b"PK\x03\x04") and folder in content and _MACROS not in content


def _open_document(media_type: bytes) -> Callable[[bytes], bool]:
    """OpenDocument (ISO/IEC 26300-3 section 3.3): the media type stands at the beginning, not compressed."""
    return lambda content: content.startswith(b"PK\x03\x04") and media_type in content[:120]


_MACROS = b"vbaProject.bin"
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

TYPES = {
    ".csv": FileType("text/csv; charset=utf-8", _is_text),
    ".docx": FileType(f"{_OOXML}.wordprocessingml.document", _office(b"word/")),
    ".gif": FileType("image/gif", _begins(b"GIF87a", b"GIF89a")),
    ".ics": FileType("text/calendar; charset=utf-8", _is_calendar),
    ".jpeg": FileType("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpg": FileType("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".odp": FileType(f"{_ODF}.presentation", _open_document(f"{_ODF}.presentation".encode())),
    ".ods": FileType(f"{_ODF}.spreadsheet", _open_document(f"{_ODF}.spreadsheet".encode())),
    ".odt": FileType(f"{_ODF}.text", _open_document(f"{_ODF}.text".encode())),
    ".pdf": FileType("application/pdf", _is_pdf),
    ".png": FileType("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".pptx": FileType(f"{_OOXML}.presentationml.presentation", _office(b"ppt/")),
    ".txt": FileType("text/plain; charset=utf-8", _is_text),
    ".webp": FileType("image/webp", _is_webp),
    ".xlsx": FileType(f"{_OOXML}.spreadsheetml.sheet", _office(b"xl/")),
}

_PROGRAMS = """
    .ade .adp .apk .app .appx .bat .chm .cmd .com .cpl .dll .exe .hta .ins .isp .jar .js .jse .lib .lnk .mde .msc
    .msi .msix .msp .mst .nsh .pif .pkg .ps1 .reg .scr .sct .sh .shb .sys .vb .vbe .vbs .vxd .wsc .wsf .wsh .xll
"""
_ARCHIVES = ".7z .bz2 .cab .dmg .gz .iso .rar .tar .tgz .vhd .xz .zip"
_PAGES_AND_MACROS = ".docm .dotm .htm .html .mht .one .ppam .pptm .svg .xlam .xlsm .xltm"
FORBIDDEN = frozenset(f"{_PROGRAMS} {_ARCHIVES} {_PAGES_AND_MACROS}".split())
"""Mail providers refuse or quarantine these (Gmail, "File types blocked in Gmail"), and people who open them from
a mail learn to open the next one."""


def file_type(name: str, content: bytes) -> FileType:
    """The type of a file by its ending and its content. Raises ValueError in plain words when it may not go."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in FORBIDDEN:
        raise ValueError(f"files ending in {ending} are refused or quarantined by mail providers")
    found = TYPES.get(ending)
    if found is None:
        raise ValueError(f"files ending in {ending or 'nothing'} are not known here: {', '.join(sorted(TYPES))}")
    if not content:
        raise ValueError("the file is empty")
    if not found.matches(content):
        if _MACROS in content:
            raise ValueError("the document holds macros, which mail providers refuse")
        raise ValueError(f"its content is not that of a file ending in {ending}")
    return found
