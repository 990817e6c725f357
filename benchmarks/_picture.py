"""Bars as SVG, light and dark, for the pages of docs/ that tell what a benchmark measured."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

WIDTH, ROW, LABEL = 640, 34, 210

_STYLE = (
    "text{font:14px 'Segoe UI',Helvetica,Arial,sans-serif;fill:#20282d}"
    ".n{fill:#58626a}.b{fill:#9fb4b9}.o{fill:#0b5f70}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e8ea}.n{fill:#a6b0b7}.b{fill:#4a5c62}.o{fill:#84cbd8}}"
)


def bars(title: str, rows: Sequence[tuple[str, float, str]], ours: Sequence[str]) -> str:
    """One bar a row: label, length, and what is told behind it. Rows named in `ours` stand out."""
    most = max(value for _, value, _ in rows) or 1.0
    room = WIDTH - LABEL - 130
    height = 40 + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}"><style>{_STYLE}</style>',
        f'<text x="0" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    for at, (label, value, told) in enumerate(rows):
        y = 36 + at * ROW
        kind = "o" if label in ours else "b"
        parts.append(f'<text x="{LABEL - 10}" y="{y + 18}" text-anchor="end">{escape(label)}</text>')
        parts.append(
            f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{value / most * room:.1f}" height="24" rx="3"/>'
        )
        parts.append(
            f'<text class="n" x="{LABEL + value / most * room + 8:.1f}" y="{y + 18}">{escape(told)}</text>'
        )
    return "".join([*parts, "</svg>\n"])


def write(path: Path, svg: str) -> None:
    """Put the picture where the page names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8")
