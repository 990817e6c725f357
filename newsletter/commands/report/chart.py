"""Attempts over time, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from newsletter.commands.report.figures import Bar
from newsletter.models.message import Outcome

WIDTH, HEIGHT = 880, 220
_LEFT, _BOTTOM, _TOP = 56, 24, 10
_LABELS = 8
"""Times told below the bars, at most."""


def draw(bars: Sequence[Bar], outcomes: Sequence[Outcome], caption: str, *, one_day: bool) -> str:
    """Stacked bars as SVG. one_day: tell the time of the day below them, else the date."""
    most = max(bar.total for bar in bars)
    room = (WIDTH - _LEFT) / len(bars)
    scale = (HEIGHT - _TOP - _BOTTOM) / most
    base = HEIGHT - _BOTTOM
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(caption)}">']
    for count in sorted({0, most // 2, most}):
        y = base - count * scale
        parts.append(f'<line x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{count}</text>')
    every = -(-len(bars) // _LABELS)
    spelt = "%H:%M:%S" if one_day and len(bars) > 1 and (bars[1].start - bars[0].start).seconds < 60 else "%H:%M"
    for at, bar in enumerate(bars):
        x, y = _LEFT + at * room, base
        for outcome in outcomes:
            height = bar.counts.get(outcome, 0) * scale
            y -= height
            if height:
                parts.append(
                    f'<rect class="bar-{outcome.value}" x="{x + room * 0.08:.1f}" y="{y:.1f}" '
                    f'width="{room * 0.84:.1f}" height="{height:.1f}"/>'
                )
        if at % every == 0:
            when = f"{bar.start:{spelt}}" if one_day else f"{bar.start:%Y-%m-%d}"
            parts.append(f'<text x="{x + room / 2:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{when}</text>')
    parts.append("</svg>")
    return "".join(parts)
