"""PDF documents. Typst never frees its cache, so each document is made in a short-lived child process.

`render("report", data, language="nl")` fills `templates/documents/report.typ`; the comment on top of each template says
what it wants in `data`. Every string of `data` ends up as plain text, never as markup. The same data gives the same
bytes, so a stored hash can prove that a file is ours. Documents claim PDF/A-2a and PDF/UA-1; Typst refuses to write one
that breaks the rules it can check.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "documents"
FONTS = ROOT / "static" / "vendor" / "fonts"
SECONDS = 30
ATTEMPTS = 4
STARTS = {"pdf": b"%PDF-", "svg": b"<svg", "png": b"\x89PNG"}
KINDS: dict[str, dict[str, Any]] = {  # what Typst is asked for; a PNG has so many points to the inch
    "pdf": {"pdf_standards": ["a-2a", "ua-1"]},
    "svg": {"format": "svg"},
    "png": {"format": "png", "ppi": 288.0},
}

# What a PDF/A cannot hold or a reader cannot see: controls (but tab and line feed), surrogates, private use,
# non-characters, byte order marks, tags and switches of writing direction.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
UNDISPLAYABLE = re.compile(r'the text (?:`"(.+?)"` could not be displayed|contains the disallowed codepoint `"(.+?)"`)')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
INSTEAD = "\N{WHITE SQUARE}"


class DocumentFailed(Exception):
    """The document could not be made; the message says why."""


def render(template: str, data: Mapping[str, Any], *, language: str) -> bytes:
    """The PDF that `template` makes of `data`, with the interface language as the language of the document."""
    return _made(template, data, language, "pdf")


def picture(template: str, data: Mapping[str, Any], *, language: str, kind: str) -> bytes:
    """The picture that `template` makes of `data`: an SVG whose letters are drawn, or a PNG. `kind` is svg or png."""
    return _made(template, data, language, kind)


def _made(template: str, data: Mapping[str, Any], language: str, kind: str) -> bytes:
    if not re.fullmatch(r"[a-z][a-z_]*", template) or not (TEMPLATES / f"{template}.typ").is_file():
        raise DocumentFailed(f"There is no document template named {template!r}.")
    if not any(FONTS.glob("*.ttf")):
        raise DocumentFailed(f"The fonts for documents are missing in {FONTS}: build the assets first (npm run build).")
    order = {"template": template, "data": data, "language": language, "templates": str(TEMPLATES), "fonts": str(FONTS)}
    order["kind"] = kind
    # By path and isolated: the child imports Typst and the standard library, not the package and its Flask.
    command = [sys.executable, "-I", "-X", "utf8", __file__]
    try:
        child = subprocess.run(
            command, input=json.dumps(order).encode(), capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise DocumentFailed(f"Document {template!r} was not ready within {SECONDS} seconds.") from None
    if child.returncode or not child.stdout.startswith(STARTS[kind]):
        reason = child.stderr.decode(errors="replace").strip()
        raise DocumentFailed(reason or f"Document {template!r} stopped with code {child.returncode}.")
    return child.stdout


def clean(value: Any) -> Any:
    """The same data with only characters that a document can hold, composed (NFC) so that the fonts know them."""
    if isinstance(value, str):
        return UNFIT.sub("", unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")))
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list) else value


def undisplayable(diagnostic: str) -> set[str]:
    """The characters for which, so Typst reports, no font has a shape."""
    said = "".join("".join(groups) for groups in UNDISPLAYABLE.findall(diagnostic))
    return {char for char in ESCAPED.sub(lambda match: chr(int(match[1], 16)), said) if not char.isascii()}


def compile_document(order: dict[str, Any]) -> bytes:
    """Runs in the child. A character without a shape in any font becomes an open square; the document does not fail."""
    import typst  # only the child pays for loading it

    data = json.dumps(clean(order["data"]), ensure_ascii=False)
    folder = Path(order["templates"])
    for attempt in range(ATTEMPTS):
        try:
            made: bytes = typst.compile(
                folder / f"{order['template']}.typ",
                root=folder,
                font_paths=[Path(order["fonts"])],
                ignore_system_fonts=True,
                sys_inputs={"data": data, "language": order["language"]},
                **KINDS[order.get("kind", "pdf")],
            )
            return made
        except typst.TypstError as error:
            lost = undisplayable(error.diagnostic)
            if not lost or attempt == ATTEMPTS - 1:
                raise DocumentFailed(error.diagnostic.strip() or error.message) from None
            data = data.translate({ord(char): INSTEAD for char in lost})
    raise AssertionError("unreachable")


def main() -> int:
    try:
        sys.stdout.buffer.write(compile_document(json.load(sys.stdin.buffer)))
    except DocumentFailed as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
