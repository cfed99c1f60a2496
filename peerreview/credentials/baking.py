"""A credential inside a picture, put in and taken out as Open Badges 3.0 section 5.3 says ("baking").

Nothing that comes in is drawn, unpacked or parsed as XML: a picture is searched for the one text that we want, so that
neither an SVG of a billion laughs nor a PNG of a million pixels can do anything here.
"""

import re
import struct
import zlib
from collections.abc import Iterator

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = "openbadgecredential"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 20_000
BAKED = re.compile(r"""<(?:[\w-]{1,40}:)?credential\b[^<>]{0,400}?\bverify\s*=\s*["']\s*([\w.-]{1,65536})\s*["']""")


def bake_svg(svg: bytes, token: str) -> bytes:
    """The picture with the token in an `openbadges:credential` right after its opening tag (5.3.2.1)."""
    opening = re.match(rb"\s*(?:<\?xml[^>]*\?>\s*)?<svg\b[^>]*>", svg)
    if opening is None or not token.isascii() or '"' in token:
        raise ValueError("this is no SVG, or no token, that one can be put into")
    start = opening.group().removesuffix(b">") + f' xmlns:openbadges="{NAMESPACE}">'.encode()
    inside = f'<openbadges:credential verify="{token}"></openbadges:credential>'.encode()
    return start + inside + svg[opening.end() :]


def bake_png(png: bytes, token: str) -> bytes:
    """The picture with the token in one uncompressed iTXt chunk right after its heading (5.3.1.1); not a pixel changes."""
    if not png.startswith(SIGNATURE) or png[12:16] != b"IHDR":
        raise ValueError("this is no PNG that one can be put into")
    end = len(SIGNATURE) + 12 + int.from_bytes(png[8:12])
    data = KEYWORD.encode() + b"\0\0\0\0\0" + token.encode()  # not compressed, no language, no translated keyword
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4)
    return png[:end] + chunk + png[end:]


def token_in_svg(content: bytes) -> str | None:
    """The token that was put into this SVG; None when there is none (5.3.2.2)."""
    found = BAKED.search(content.decode("utf-8", errors="replace"))
    return found.group(1) if found else None


def token_in_png(content: bytes) -> tuple[str | None, bool]:
    """(the token that was put into this PNG or None, whether the file is whole) (5.3.1.2)."""
    token, whole = None, False
    for kind, data, intact in _chunks(content):
        if not intact:
            return token, False
        if kind == b"iTXt" and token is None:
            token = _text_of(data)
        whole = kind == b"IEND"
    return token, whole


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """(kind, data, whether its checksum is right) of each chunk up to the end, or to where the file stops being one."""
    at = len(SIGNATURE)
    for _number in range(MOST_CHUNKS):
        if at + 12 > len(content):
            return
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data, end = content[at + 8 : at + 8 + length], at + 12 + length
        if end > len(content):
            yield kind, data, False
            return
        yield kind, data, zlib.crc32(kind + data) == int.from_bytes(content[end - 4 : end])
        if kind == b"IEND":
            return
        at = end


def _text_of(data: bytes) -> str | None:
    """The text of an iTXt chunk with our keyword; a compressed one is not ours, for compression is forbidden there."""
    keyword, _, rest = data.partition(b"\0")
    if keyword != KEYWORD.encode() or rest[:1] != b"\0":
        return None
    parts = rest[2:].split(b"\0", 2)
    return parts[2].decode("utf-8", errors="replace").strip() if len(parts) == 3 else None
