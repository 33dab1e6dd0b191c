"""Error rates as an SVG picture: FNMR over FMR, both on logarithmic scales. Drawn by hand, small.

Not for numbers: --out writes those.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 60
FMR_DECADES = (-6, -1)
FNMR_DECADES = (-4, 0)
COLOURS = ("#0b6e99", "#c4501b", "#3f7d20", "#7a4fb5", "#8a6d00", "#444444")
DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 8")

Points = Sequence[tuple[float, float]]


def error_curve(curves: Mapping[str, Points]) -> str:
    """The SVG of named curves of (FMR, FNMR). Colours and dashes tell them apart.

    A rate of nothing lies below the picture: the curve ends where no error was seen.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" font-family="sans-serif" font-size="12">',
        "<title>False non-match rate over false match rate</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_grid(),
    ]
    for number, (name, points) in enumerate(curves.items()):
        parts += _curve(number, name, points)
    return "\n".join([*parts, "</svg>", ""])


def _curve(number: int, name: str, points: Points) -> list[str]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    seen = sorted((fmr, fnmr) for fmr, fnmr in points if fmr > 0 and fnmr > 0)
    inside = [
        (_x(fmr), _y(fnmr))
        for fmr, fnmr in seen
        if FMR_DECADES[0] <= math.log10(fmr) <= FMR_DECADES[1]
        and FNMR_DECADES[0] <= math.log10(fnmr)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dict.fromkeys(inside))
    stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    lines = [f'<polyline fill="none" {stroke} points="{path}"/>']
    if name:
        y = TOP + 18 + 18 * number
        x = WIDTH - RIGHT - 280
        lines.append(f'<line x1="{x}" y1="{y}" x2="{x + 34}" y2="{y}" {stroke}/>')
        lines.append(f'<text x="{x + 42}" y="{y + 4}" fill="#222222">{escape(name)}</text>')
    return lines


def _grid() -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    lines = []
    for decade in range(FMR_DECADES[0], FMR_DECADES[1] + 1):
        x = _x(10.0**decade)
        lines.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#dddddd"/>')
        lines.append(_text(x, bottom + 18, f"1e{decade}", "middle"))
    for decade in range(FNMR_DECADES[0], FNMR_DECADES[1] + 1):
        y = _y(10.0**decade)
        lines.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#dddddd"/>')
        lines.append(_text(LEFT - 8, y + 4, f"{100 * 10.0**decade:g} %", "end"))
    middle = (TOP + bottom) / 2
    return [
        *lines,
        _text((LEFT + right) / 2, HEIGHT - 18, "false match rate (FMR)", "middle"),
        f'<text x="18" y="{middle}" fill="#222222" text-anchor="middle" '
        f'transform="rotate(-90 18 {middle})">false non-match rate (FNMR)</text>',
    ]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222222" text-anchor="{anchor}">{text}</text>'


def _x(fmr: float) -> float:
    low, high = FMR_DECADES
    return LEFT + (math.log10(fmr) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _y(fnmr: float) -> float:
    low, high = FNMR_DECADES
    return TOP + (high - math.log10(fnmr)) / (high - low) * (HEIGHT - TOP - BOTTOM)
