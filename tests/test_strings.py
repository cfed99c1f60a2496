"""Every text of the interface stands in both languages: English in the source, Dutch in the feature's catalogue."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from peerreview import FEATURES

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "peerreview" / "translations" / "nl" / "LC_MESSAGES"
METHODS = [("peerreview/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None, "N_": None,
    "lazy_ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@cache
def source_texts() -> dict[object, str]:
    """Each text of the source with the place where it stands."""
    found: dict[object, str] = {}
    for folder in ("peerreview", "templates"):
        options = {pattern: {} for pattern, _method in METHODS}
        methods = [(pattern.split("/", 1)[1], method) for pattern, method in METHODS if pattern.startswith(folder)]
        for name, line, text, _comments, _context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS
        ):
            found.setdefault(text if isinstance(text, str) else tuple(text), f"{folder}/{name}:{line}")
    return found


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="nl")


@cache
def dutch_texts() -> dict[object, tuple[object, str]]:
    """Each translated text with its Dutch and the catalogue that has it."""
    found: dict[object, tuple[object, str]] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        for message in catalogue(path):
            whole = message.string if isinstance(message.string, str) else "".join(message.string)
            if message.id and whole and not message.fuzzy:
                found[message.id] = (message.string, path.name)
    return found


def test_every_text_has_its_dutch():
    missing = [f"{place}: {text!r}" for text, place in source_texts().items() if text not in dutch_texts()]
    assert missing == [], "\n".join(missing)


def _places(text: object) -> set[str]:
    texts = [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]
    return {a or b for one in texts for a, b in PLACE.findall(one)}


def test_the_dutch_fills_in_the_same_places():
    wrong = [
        f"{name}: {text!r} -> {dutch!r}"
        for text, (dutch, name) in dutch_texts().items()
        if not _places(dutch) <= _places(text) | {"num"}
    ]
    assert wrong == []


def test_one_english_text_has_one_dutch_text():
    seen: dict[object, tuple[object, str]] = {}
    clashes = []
    for path in sorted(CATALOGUES.glob("*.po")):
        for message in catalogue(path):
            if not message.id or not message.string or message.context:
                continue
            known = seen.setdefault(message.id, (message.string, path.name))
            if known[0] != message.string:
                clashes.append(f"{message.id!r}: {known} and {(message.string, path.name)}")
    assert clashes == [], "\n".join(clashes)


@pytest.mark.parametrize("feature", [feature for feature in FEATURES if feature != "demo"])  # it shows no page
def test_every_feature_has_its_catalogue(feature):
    assert (CATALOGUES / f"{feature}.po").exists()
