"""What a mail shows or offers by address, published beside it: pictures, calendar files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file of an article, made ready for mails.

    url: where readers load it. width, height: as shown, in CSS pixels. natural_width, natural_height: of the
    file, upright. pixels: width of the published file, never more than the natural one. weight: bytes of the
    published file. file: what it was made from, relative to the project root. small: the same picture as a layout
    shows it beside text, a file of its own unless that would be as large.
    """

    url: str
    width: int
    height: int
    natural_width: int
    natural_height: int
    pixels: int
    weight: int
    file: str
    small: Picture | None = None

    @property
    def sizes(self) -> tuple[Picture, ...]:
        """Every form it is published in, once."""
        return (self,) if self.small is None or self.small.url == self.url else (self, self.small)


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file to be published. path: below the folder of all of them, with forward slashes: ``pictures/a.jpg``."""

    path: str
    url: str
    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True)
class Assets:
    """All that the editions of one issue show or offer by address.

    pictures: (slug, id of the picture) -> the picture. calendars: (slug, language) -> address of the event's
    calendar file. unused: slug -> files in its `images/` that nothing names. files: what must be online before
    the issue goes out, sorted by path; empty when the publication has no address to publish at.
    """

    pictures: Mapping[tuple[str, str], Picture] = field(default_factory=dict)
    calendars: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[AssetFile, ...] = ()


NO_ASSETS = Assets()
"""Nothing is published: pictures by file are left out, events have no calendar file."""
