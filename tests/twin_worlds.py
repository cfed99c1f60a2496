"""The same world twice: with something there that could leak, and without. What both answer is laid side by side."""

import difflib
import io
import re
import zipfile
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest

from peerreview.core.db import db
from peerreview.frameworks import queries as frameworks

Known = dict[str, Any]  # what is ours, by a name that is the same in both worlds
# Made of keys, certificates and qualifications alone, and signed: other bytes each time.
SIGNED = {
    f"credentials.{view}"
    for view in (
        "download_badge", "refresh_credential", "show_achievement", "show_credential", "show_issuer", "show_key",
        "show_keys", "show_logo", "show_status_list",
    )
}  # fmt: skip
TOKENS = re.compile(r'<input[^>]*name="(?:[\w-]*csrf_token|client_key|key)"[^>]*>|"(?:X-CSRFToken|token)": ?"[^"]*"')


def from_an_empty_database(database: Any, monkeypatch: pytest.MonkeyPatch, counted: Iterable[Any]) -> None:
    """Empty it; the factories of these modules count from one again, so that names and numbers are the same each time."""
    db.session.remove()
    database.clean()
    frameworks.forget()
    for module in counted:
        monkeypatch.setattr(module, "_number", count(1))


def bare(text: str, known: Known) -> str:
    """Without tokens, and with what is ours under the same name in both worlds."""
    for name, number in known.items():
        text = text.replace(str(number), name)
    return TOKENS.sub("", text)


def _text_of(content: bytes) -> str:
    """The content to be laid side by side; a workbook by its parts, for it is packed at another second each time."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            content = b"\n".join(package.read(name) for name in sorted(package.namelist()))
    return content.decode(errors="replace")


def answer_of(answer: Any, known: Known) -> tuple[Any, ...]:
    heads = {name: bare(value, known) for name, value in answer.headers.items() if name not in ("Set-Cookie", "Date")}
    heads.pop("Content-Length", None)  # of the tokens
    heads.pop("ETag", None)  # of the content, or of a number that is drawn by lot
    for name in ("X-RateLimit-Reset", "Content-Security-Policy"):
        heads[name] = re.sub(r"nonce-[^']*|\d{9,}", "", heads.get(name, ""))
    return (
        answer.status_code,
        heads,
        re.sub(r'nonce="[^"]*"', "", bare(_text_of(answer.get_data()), known)),
    )


def differences(one: dict[Any, Any], other: dict[Any, Any]) -> list[Any]:
    return [key for key in one if one[key] != other.get(key)] + [key for key in other if key not in one]


def shown(different: list[Any], one: dict[Any, Any], other: dict[Any, Any]) -> str:
    said = []
    for key in different[:12]:
        sides = [str(side.get(key)).replace("\\n", "\n").splitlines() for side in (one, other)]
        said.append(f"{key}\n" + "\n".join(list(difflib.unified_diff(*sides, lineterm="", n=0))[:12]))
    return "\n\n".join(said)
