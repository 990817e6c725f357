"""Old and new pictures side by side with what differs, as a page to open in a browser."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

from picture_difference import noticeable
from PIL import Image, ImageOps

COLOURS = 256
STYLE = """
body { font: 16px/1.5 sans-serif; margin: 24px; background: #ddd; color: #111 }
div { display: grid; grid-template-columns: repeat(3, 1fr); gap: 16px; align-items: start }
figure { margin: 0 } img { width: 100%; background: #fff }
"""


def stored_form(png: bytes) -> bytes:
    """A picture as it is stored: 256 colours of its own, which is enough for text and grounds, and small."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def show(folder: Path, name: str, old: bytes | None, new: bytes) -> Path:
    """Put a pair on the page in `folder`; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, data in (("old", old), ("new", new), ("difference", marked(old, new) if old else None)):
        path = folder / f"{name}.{kind}.png"
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)
    return write_page(folder)


def marked(old: bytes, new: bytes) -> bytes:
    """The new picture, pale, with what differs from the old one in red."""
    before, after = (Image.open(io.BytesIO(data)).convert("RGB") for data in (old, new))
    size = (max(before.width, after.width), max(before.height, after.height))
    before, after = (on_sheet(each, size) for each in (before, after))
    mask = noticeable(before, after)
    pale = Image.blend(ImageOps.grayscale(after).convert("RGB"), Image.new("RGB", size, "white"), 0.7)
    pale.paste((210, 0, 0), mask=mask)
    out = io.BytesIO()
    pale.save(out, "PNG")
    return out.getvalue()


def on_sheet(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture in the corner of a larger sheet, whose rest is like nothing in a mail."""
    sheet = Image.new("RGB", size, (255, 0, 255))
    sheet.paste(picture)
    return sheet


def write_page(folder: Path) -> Path:
    """index.html of every pair in `folder`."""
    names = sorted({re.sub(r"\.(old|new|difference)\.png\Z", "", path.name) for path in folder.glob("*.png")})
    pieces = [f"<!doctype html><meta charset=utf-8><title>Pictures</title><style>{STYLE}</style>"]
    for name in names:
        pieces.append(f"<h1>{html.escape(name)}</h1><div>")
        for kind in ("old", "new", "difference"):
            there = (folder / f"{name}.{kind}.png").is_file()
            shown = f'<img src="{html.escape(name)}.{kind}.png" alt="{kind}">' if there else "none"
            pieces.append(f"<figure><figcaption>{kind}</figcaption>{shown}</figure>")
        pieces.append("</div>")
    page = folder / "index.html"
    page.write_text("\n".join(pieces), encoding="utf-8")
    return page
