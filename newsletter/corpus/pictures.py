"""The picture files of an article, measured: `corpus/<slug>/images/`.

Only the head of a file is decoded here; whether the whole of it can be is found out when it is scaled.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, cast

from newsletter.errors import FileTrouble
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.yamlfile import relative_name

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "images"
IMAGE_FILE = "IMG-FILE"

MAX_BYTES = 40_000_000
"""Largest file read. A photograph of a telephone has 3 to 12 MB."""
MAX_PIXELS = 60_000_000
"""Most pixels decoded: 9,000 by 6,600. A few bytes of PNG can claim billions (decompression bomb)."""

PictureFormat = Literal["JPEG", "PNG", "GIF"]
_FORMATS = ("JPEG", "PNG", "GIF")
_SIGNATURES = (
    (b"<svg", "an SVG drawing", "Gmail does not show it"),
    (b"WEBP", "a WebP picture", "Outlook for Windows does not show it"),
    (b"ftypavif", "an AVIF picture", "most mail clients do not show it"),
    (b"ftyphei", "a HEIC picture of a telephone", "most mail clients do not show it"),
    (b"ftypmif1", "a HEIC picture of a telephone", "most mail clients do not show it"),
    (b"II*\0", "a TIFF picture", "most mail clients do not show it"),
    (b"MM\0*", "a TIFF picture", "most mail clients do not show it"),
    (b"%PDF", "a PDF document", "mail clients show none"),
    (b"BM", "a BMP picture", "it weighs far more than a PNG"),
)
"""What begins a file (in its first 300 bytes), what that is, and why it will not do: caniemail image-webp, -svg,
-avif."""


class UnusablePicture(Exception):
    """A file that cannot be shown; `hint` says what to do. Whoever catches it makes a finding of it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture file. width, height: pixels, the way it is to be seen.

    orientation: how it must be turned for that, 1 (not at all) to 8 as EXIF counts (CIPA DC-008, 4.6.4).
    """

    file: str
    format: PictureFormat
    width: int
    height: int
    orientation: int
    animated: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ArticlePictures:
    """What `images/` holds: id -> picture for those the article names, and the names of the others."""

    measured: dict[str, Measured]
    unused: tuple[str, ...]
    findings: tuple[Finding, ...]


def measure_pictures(article: Article, folder: Path, root: Path) -> ArticlePictures:
    """The picture files that `article`, which lies in `folder`, names. Raises FileTrouble.

    A file that is missing, broken, too large, or of a format that mail clients do not show is a finding at its
    line of article.yaml.
    """
    present = _names_in(folder / FOLDER, root)
    measured: dict[str, Measured] = {}
    findings: list[Finding] = []
    named = {image.file for image in article.data.images.values() if image.file is not None}
    for name, image in article.data.images.items():
        if image.file is None:
            continue
        try:
            path = _located(image.file, folder / FOLDER, present)
            measured[name] = measure(read_picture(path, root), relative_name(path, root))
        except UnusablePicture as problem:
            findings.append(picture_finding(article, name, problem))
    unused = tuple(name for name in present if name not in named)
    return ArticlePictures(measured, unused, tuple(findings))


def picture_finding(article: Article, name: str, problem: UnusablePicture) -> Finding:
    """`problem` at the line where `article` names the file of picture `name`."""
    return article.source.finding(
        IMAGE_FILE, Severity.ERROR, str(problem), "images", name, "file", hint=problem.hint
    )


def _names_in(folder: Path, root: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.is_file() and path.name[0] not in "._")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise FileTrouble(f"cannot be read: {error.strerror}", where=relative_name(folder, root)) from error


def _located(name: str, folder: Path, present: list[str]) -> Path:
    if "/" in name or "\\" in name or name in ("", ".", ".."):
        message = f"the picture's file is a name, not a path: {name}"
        raise UnusablePicture(
            message, f"Put the file into {FOLDER}/ beside article.yaml and write its name alone."
        )
    if name not in present:
        here = f"There are: {', '.join(present)}." if present else f"The folder {FOLDER}/ is empty or missing."
        hint = did_you_mean(name, present) or f"{here} Put the file there, or take the picture out."
        raise UnusablePicture(f"there is no file {FOLDER}/{name}", hint)
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnusablePicture(
            f"{FOLDER}/{name} leads out of the folder", "Copy the picture itself into the folder."
        )
    return path


def read_picture(path: Path, root: Path) -> bytes:
    """The bytes of a file of reasonable size. Raises UnusablePicture, FileTrouble."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileTrouble(f"cannot be read: {error.strerror}", where=relative_name(path, root)) from error
    if len(content) > MAX_BYTES:
        message = f"{path.name} has more than {MAX_BYTES // 1_000_000} MB"
        raise UnusablePicture(message, "Save it smaller: 1,600 pixels wide is plenty.")
    return content


def measure(content: bytes, file: str) -> Measured:
    """Format and size of a picture. file: its name for people. Raises UnusablePicture."""
    with open_picture(content, file) as image:
        orientation = _orientation(image)
        width, height = (image.height, image.width) if orientation >= _TURNED else image.size
        # A telephone's JPEG is often an MPO: several pictures in one file, of which the first is the one seen.
        kind = "JPEG" if image.format == "MPO" else image.format
        animated = kind == "GIF" and getattr(image, "n_frames", 1) > 1
        return Measured(file, cast("PictureFormat", kind), width, height, orientation, animated, content)


def _orientation(image: Image.Image) -> int:
    from PIL import Image

    exif = Image.Exif()
    if image.format in ("JPEG", "MPO"):
        exif = image.getexif()
    elif "exif" in image.info:  # asked for by name: getexif() of a PNG decodes the whole picture
        exif.load(image.info["exif"])
    found = exif.get(_ORIENTATION, 1)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


@contextmanager
def open_picture(content: bytes, file: str) -> Iterator[Image.Image]:
    """The picture, opened by Pillow; it and all that is done with it inside raise UnusablePicture."""
    from PIL import Image, UnidentifiedImageError

    name = PurePosixPath(file).name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of metadata that cannot be read, which is not kept anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _too_many_pixels(name)
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except UnidentifiedImageError as error:
        raise _not_shown(content, name) from error
    except _BROKEN as error:
        raise UnusablePicture(f"{name} is damaged and cannot be shown", "Save or copy it again.") from error


_ORIENTATION, _TURNED = 0x0112, 5
"""EXIF tag of the orientation; from 5 on the picture lies on its side."""
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error)
"""What Pillow's decoders are known to raise for damaged files, besides UnidentifiedImageError."""


def _too_many_pixels(name: str) -> UnusablePicture:
    message = f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels"
    return UnusablePicture(message, "Save it smaller: 1,600 pixels wide is plenty.")


def _not_shown(content: bytes, name: str) -> UnusablePicture:
    head = content[:300]
    for sign, what, why in _SIGNATURES:
        if head.startswith(sign) or (sign[0] not in b"BIM" and sign in head):
            return UnusablePicture(
                f"{name} is {what}: {why}", "Save it as JPEG (a photograph) or PNG (a drawing)."
            )
    if not content:
        return UnusablePicture(f"{name} is empty", "Save or copy it again.")
    return UnusablePicture(f"{name} is not a picture", "Save it as JPEG (a photograph) or PNG (a drawing).")
