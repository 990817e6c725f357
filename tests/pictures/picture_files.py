"""Picture files of every kind that people have, made as they are needed."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageCms

GPS = {1: "N", 2: (45.0, 30.0, 0.0)}


def photo(width: int = 1600, height: int = 1000) -> Image.Image:
    """Something with all frequencies in it: noise over a gradient; left side dark, right side light."""
    gradient = Image.linear_gradient("L").rotate(90).resize((width, height))
    noise = Image.effect_noise((width, height), 40)
    return Image.merge("RGB", (gradient, noise, gradient.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))


def drawing(width: int = 400, height: int = 300) -> Image.Image:
    """Flat colours: left half red, right half blue."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((20, 40, 200), (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def camera_jpeg(image: Image.Image, orientation: int = 1) -> bytes:
    """As a telephone writes it: EXIF with the orientation, the place, a maker, and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker of secrets"
    exif[0x8825] = GPS
    return encoded(image, "JPEG", exif=exif, comment="who took it", quality=92)


def wide_gamut_png(image: Image.Image) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(image, "PNG", icc_profile=profile)
