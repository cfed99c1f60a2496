"""The list that says which credentials no longer count (W3C Bitstring Status List v1.0).

A credential has a place in a long row of bits, drawn by lot, so that nobody learns from the place when it was given or how
many there are. The row is compressed (gzip) and written in base64url with the multibase letter u before it (section 3.2
and 4.1 of that standard); the first bit is the leftmost of the first byte.
"""

import base64
import gzip
from collections.abc import Iterable

LEAST = 131_072  # bits: 16 KB, the least that the standard allows


def length_for(count: int) -> int:
    """How long a row is for so many credentials: the least, and longer so that it never fills for more than half."""
    return LEAST * (1 + 2 * count // LEAST)


def encoded(places: Iterable[int], length: int) -> str:
    """The row with a 1 at these places, as `encodedList` holds it. The same places give the same text."""
    row = bytearray(length // 8)
    for place in places:
        row[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(row), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
