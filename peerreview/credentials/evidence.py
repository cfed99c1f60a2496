"""What a file is that somebody wants to have checked, and what stands in it: found without trusting anything in it."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peerreview.credentials.baking import SIGNATURE, token_in_png, token_in_svg
from peerreview.credentials.signing import LONGEST

MOST_BYTES = 5 * 1024 * 1024
TOKEN = re.compile(r"[\w-]+(?:\.[\w-]*){1,2}")
NUMBER = re.compile(r"\b(\d{4}-\d{4,6})\b")
CODE = re.compile(r"\b([A-Z2-7]{4}-[A-Z2-7]{4})\b")
UID = re.compile(r"/credentials/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")
ENVELOPE = "data:application/vc+jwt,"


class Kind(StrEnum):
    PDF = "pdf"
    SVG = "svg"
    PNG = "png"
    TOKEN = "token"  # noqa: S105 - no secret: a credential is made to be shown
    JSON = "json"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class Found:
    """The kind of file, the token in it if any, whether it is whole as far as that shows, and, of JSON, what it says."""

    kind: Kind
    token: str | None = None
    whole: bool = True
    said: dict[str, Any] | None = None


def look_into(content: bytes) -> Found:
    """By its content, never by its name."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return Found(Kind.PDF, whole=b"%%EOF" in content[-1024:])
    if content.startswith(SIGNATURE):
        token, whole = token_in_png(content)
        return Found(Kind.PNG, token, whole)
    if start.startswith(b"<") and b"<svg" in content[:4096]:
        return Found(Kind.SVG, token_in_svg(content), content.rstrip().endswith(b"</svg>"))
    if start[:1] in b'{["' and start:
        return _json(content)
    text = content[: LONGEST + 1].decode("ascii", errors="replace").strip()
    if text.startswith("eyJ") and TOKEN.fullmatch(text):
        return Found(Kind.TOKEN, text)
    return Found(Kind.STRANGE)


def _json(content: bytes) -> Found:
    """A token in quotes or in the envelope of VC 2.0, or a credential without its signature."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return Found(Kind.JSON, whole=False)
    if isinstance(said, dict) and str(said.get("id", "")).startswith(ENVELOPE):
        said = str(said["id"]).removeprefix(ENVELOPE)
    if isinstance(said, str):
        return Found(Kind.JSON, said.strip())
    return Found(Kind.JSON, said=said if isinstance(said, dict) else {})


def numbers_in(text: str) -> list[str]:
    """What looks like the number of a certificate in this text, each once, in order."""
    return list(dict.fromkeys(NUMBER.findall(text)))[:10]


def codes_in(text: str) -> set[str]:
    """What looks like a check code."""
    return set(CODE.findall(text))


def uid_in(address: object) -> str | None:
    """The uid in the address of one of our credentials."""
    found = UID.search(address) if isinstance(address, str) else None
    return found.group(1) if found else None
