"""How much two pictures differ."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops

NOTICEABLE = 24
"""Steps of 255 in a colour channel. Edges of letters drawn twice at the same place stay below; a moved or recoloured
pixel does not."""


@dataclass(frozen=True)
class Difference:
    """pixels: how many differ noticeably. box: left, top, right, bottom around them. sizes: when they are not equal."""

    pixels: int = 0
    box: tuple[int, int, int, int] | None = None
    sizes: tuple[tuple[int, int], tuple[int, int]] | None = None

    def __bool__(self) -> bool:
        return self.pixels > 0 or self.sizes is not None

    def __str__(self) -> str:
        if self.sizes:
            (_, one), (_, other) = self.sizes
            return f"{one} and {other} pixels high, {self.pixels} of the common ones differ in {self.box}"
        return f"{self.pixels} pixels differ in {self.box}"


def difference(one: bytes, other: bytes) -> Difference:
    """Compare two PNG files; decoded only when their bytes are not the same."""
    if one == other:
        return Difference()
    first, second = (Image.open(io.BytesIO(data)).convert("RGB") for data in (one, other))
    common = (0, 0, min(first.width, second.width), min(first.height, second.height))
    mask = noticeable(first.crop(common), second.crop(common))
    sizes = (first.size, second.size) if first.size != second.size else None
    return Difference(mask.histogram()[255], mask.getbbox(), sizes)


def noticeable(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where two pictures of one size differ noticeably in any channel, black elsewhere."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue).point(lambda step: 255 * (step > NOTICEABLE))
