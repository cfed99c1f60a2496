"""The framework file: read and checked as a whole, so that whoever made it hears everything that is wrong at once.

A file is JSON in UTF-8: `identifier`, `version`, `title`, `description`, `rating_scale`, `chapters`, `competencies`,
`interlocutors`, `norms`. Every text carries nl and en; every code is unique and every code that is named exists; each
norm says for each rating what it looks like. `read()` gives a Document or every Problem with its place in the file.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from peerreview.frameworks.checking import LANGUAGES, MAX_BYTES, MAX_PROBLEMS, NORM, Check, Problem
from peerreview.frameworks.checking import mark as _l
from peerreview.frameworks.outline import NormView, Outline, PartView


@dataclass(frozen=True, slots=True)
class Document:
    """A framework file that is right. The parts are plain dictionaries, complete and in the order of the file."""

    identifier: str
    label: str
    title: dict[str, str]
    description: dict[str, str]
    rating_scale: list[dict[str, Any]]
    chapters: list[dict[str, Any]]
    competencies: list[dict[str, Any]]
    interlocutors: list[dict[str, Any]]
    norms: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The file's content again, equal to what was read."""
        return {
            "identifier": self.identifier,
            "version": self.label,
            "title": self.title,
            "description": self.description,
            "rating_scale": self.rating_scale,
            "chapters": self.chapters,
            "competencies": self.competencies,
            "interlocutors": self.interlocutors,
            "norms": self.norms,
        }

    def checksum(self) -> str:
        """SHA-256 of the content; white space and the order of keys in the file make no difference."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def read(content: bytes) -> Document | list[Problem]:
    """The document in these bytes, or all that is wrong with it (at most 200 problems)."""
    data = _json(content)
    if isinstance(data, Problem):
        return [data]
    check = Check()
    check.document(data)
    if check.problems:
        return check.problems[:MAX_PROBLEMS]
    return Document(
        identifier=data["identifier"],
        label=data["version"],
        title=data["title"],
        description=data["description"],
        rating_scale=data["rating_scale"],
        chapters=data["chapters"],
        competencies=data["competencies"],
        interlocutors=data["interlocutors"],
        norms=[_complete(norm) for norm in data["norms"]],
    )


def _complete(norm: dict[str, Any]) -> dict[str, Any]:
    """A norm with what it may leave out, its keys in one order."""
    empty = {"theme_code": "", "evidence_examples": {code: [] for code in LANGUAGES}, "essential": False}
    whole = empty | norm
    order = ("code", "theme_code", *NORM[1:], "evidence_examples", "essential")
    return {key: whole[key] for key in order}


# --- From bytes to values --------------------------------------------------------------------------------------------


class _TwiceError(ValueError):
    """The same key stands twice in one object of the file."""


def _json(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        return Problem("", _l("The file is larger than %(size)s MB."), {"size": MAX_BYTES // 1024**2})
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        return Problem("", _l("The file is not text in UTF-8. Save it again as UTF-8."))
    try:
        data = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        values = {"line": error.lineno, "column": error.colno}
        return Problem("", _l("This is not a JSON file: reading stops at line %(line)s, position %(column)s."), values)
    except _TwiceError as error:
        return Problem("", _l("“%(key)s” stands twice in the same part of the file."), {"key": str(error)})
    except (RecursionError, ValueError):
        return Problem("", _l("This is not a framework file."))
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1)[:60])
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


# --- Back to a file --------------------------------------------------------------------------------------------------


def document_of(outline: Outline) -> Document:
    """The file that this version came from: reading it again gives an equal document."""
    version = outline.version
    return Document(
        identifier=version.identifier,
        label=version.label,
        title=dict(version.title),
        description=dict(version.description),
        rating_scale=[dict(item) for item in version.rating_scale],
        chapters=[_part(part) for part in outline.chapters],
        competencies=[_part(part) for part in outline.competencies],
        interlocutors=[dict(item) for item in version.interlocutors],
        norms=[_norm(norm) for norm in outline.norms],
    )


def _part(part: PartView) -> dict[str, Any]:
    return {"code": part.code, "title": part.title, "description": part.description}


def _norm(norm: NormView) -> dict[str, Any]:
    return {
        "code": norm.code,
        "theme_code": norm.theme_code,
        "chapter": norm.chapter_code,
        "competencies": list(norm.competencies),
        "title": norm.title,
        "statement": norm.statement,
        "explanation": norm.explanation,
        "indicators": norm.indicators,
        "questions": norm.questions,
        "interlocutors": list(norm.interlocutors),
        "evidence_examples": norm.evidence_examples,
        "essential": norm.essential,
    }
