"""Files as people bring them."""

import struct
import zlib


def _piece(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# A picture of one grey point.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _piece(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _piece(b"IDAT", zlib.compress(b"\0\x80"))
    + _piece(b"IEND")
)
