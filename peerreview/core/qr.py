"""A QR code as SVG, for pages and documents. Only attributes, no style: it passes a strict CSP."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

import segno

INK = "#241a25"
PAPER = "#ffffff"
QUIET = 4


def runs(line: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Start and length of each stretch of dark modules."""
    start = 0
    for dark, group in groupby(line, key=bool):
        length = len(list(group))
        if dark:
            yield start, length
        start += length


def svg(text: str, *, title: str | None = None) -> str:
    """An `<svg>` that a phone reads as `text`; `title` is what a screen reader says (default: the text itself).

    Error correction M or better, on its own white ground with a quiet zone of four modules, so that it also scans on a
    dark page. It has a viewBox and no size: the place where it stands decides how large it is. Rows and columns are
    both drawn, so that no hairline shows between two modules.
    """
    matrix = segno.make(text, error="m", micro=False).matrix
    across = [f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(matrix) for x, n in runs(row)]
    down = [
        f"M{x} {y}h1v{n}h-1z" for x, column in enumerate(zip(*matrix, strict=True)) for y, n in runs(column) if n > 1
    ]
    size = len(matrix) + 2 * QUIET
    label = escape(title or text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET} {-QUIET} {size} {size}" role="img" '
        f'aria-label="{label}" shape-rendering="crispEdges"><title>{label}</title>'
        f'<path fill="{PAPER}" d="M{-QUIET} {-QUIET}h{size}v{size}h-{size}z"/>'
        f'<path fill="{INK}" d="{"".join(across + down)}"/></svg>'
    )
