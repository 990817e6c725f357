"""Pictures scaled for mails: small enough, sharp on dense screens, and with nothing in them but the picture."""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.commands.files import write_file
from newsletter.corpus.pictures import Measured, open_picture
from newsletter.errors import FileTrouble

if TYPE_CHECKING:
    from PIL import Image

DENSITY = 2
"""Pixels per CSS pixel of the one file that is published.

There is one file, not a choice by `srcset`: clients that do not know it (Outlook for Windows among them) show
the small one on dense screens, and a second file per picture has to be uploaded and looked after. The `width`
attribute gives the size, which Outlook follows."""
QUALITY = 80
"""Of JPEG, 1 to 95: at twice the pixels no artefact of it is seen."""
_RECIPE = "1"
"""Part of the file names; to be raised when the same file and width shall give other pictures."""

_ENDINGS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "GIF": ("gif", "image/gif")}


def published_width(measured: Measured, shown: int) -> int:
    """Pixels of the published file's width for a picture shown at `shown` CSS pixels; never upscaled."""
    return measured.width if measured.animated else min(measured.width, DENSITY * shown)


def published_name(measured: Measured, stem: str, pixels: int) -> tuple[str, str]:
    """File name and media type of the published file.

    The name holds a digest of the original and the width, not of the bytes made: another release of the
    JPEG library makes other bytes of the same look, and the plan of a send must not depend on the machine.
    """
    ending, media_type = _ENDINGS[_format(measured)]
    digest = hashlib.sha256(f"{_RECIPE} {pixels} ".encode() + measured.content).hexdigest()
    return f"{stem}.{digest[:12]}.{ending}", media_type


def published_bytes(measured: Measured, pixels: int, cache: Path) -> bytes:
    """The picture `pixels` wide, from the file `cache` when it was made before. Raises UnusablePicture."""
    try:
        return cache.read_bytes()
    except OSError:
        content = scale(measured, pixels)
    with suppress(FileTrouble):  # a folder that cannot be written makes the next build slower, no worse
        write_file(cache, content)
    return content


def scale(measured: Measured, pixels: int) -> bytes:
    """The picture upright, `pixels` wide, in sRGB, without EXIF, GPS, profile, comment or preview picture.

    The same bytes for the same input with the same Pillow. Animated GIFs stay as they are, others become PNG.
    Raises UnusablePicture when the file is damaged.
    """
    if measured.animated:
        return measured.content
    from PIL import Image

    height = max(1, round(measured.height * pixels / measured.width))
    with open_picture(measured.content, measured.file) as opened:
        if measured.format == "JPEG":
            opened.draft(None, (DENSITY * max(pixels, height), DENSITY * max(pixels, height)))
        opened.load()
        image = _upright(_in_srgb(opened), measured.orientation)
        if image.size != (pixels, height):
            few_colours = image.mode == "P"
            image = _smooth(image).resize((pixels, height), Image.Resampling.LANCZOS)
            if few_colours:  # mixed at the edges they would be thousands, and the file three times as heavy
                image = image.quantize(256, dither=Image.Dither.NONE)
        image.info = {key: value for key, value in image.info.items() if key == "transparency"}
        made = io.BytesIO()
        if _format(measured) == "JPEG":
            flat = image if image.mode in ("L", "RGB") else image.convert("RGB")
            flat.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        else:
            image.save(made, "PNG", optimize=True)
        return made.getvalue()


def _format(measured: Measured) -> str:
    return "PNG" if measured.format == "GIF" and not measured.animated else measured.format


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours of another space (a telephone's Display P3, print's CMYK) as those of sRGB, which mails have."""
    from PIL import ImageCms

    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        into = "RGB" if image.mode == "CMYK" else image.mode
        made = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=into
        )
    except ImageCms.PyCMSError:  # a profile that cannot be read tells nothing
        return image
    return made or image


def _smooth(image: Image.Image) -> Image.Image:
    """A picture whose pixels can be mixed: palettes cannot."""
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if "transparency" in image.info:
        return image.convert("LA" if image.mode == "L" else "RGBA")
    return image
