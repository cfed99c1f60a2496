"""Every check of a framework file: its shape, codes and references, texts in both languages, and sizes.

Messages are English sentences with %(name)s in them; whoever shows them translates them (`in_words` of the queries).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("nl", "en")
RATINGS = ("complies", "partly", "not")
MAX_BYTES = 5 * 1024 * 1024
MAX_PROBLEMS = 200
MAX_CHAPTERS, MAX_COMPETENCIES, MAX_INTERLOCUTORS, MAX_NORMS, MAX_LINES = 30, 100, 100, 500, 20
SHORT, LONG = 200, 5000
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}")
LONG_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

TOP = (
    "identifier",
    "version",
    "title",
    "description",
    "rating_scale",
    "chapters",
    "competencies",
    "interlocutors",
    "norms",
)
NORM = (
    "code",
    "chapter",
    "competencies",
    "title",
    "statement",
    "explanation",
    "indicators",
    "questions",
    "interlocutors",
)
NORM_OPTIONAL = ("theme_code", "evidence_examples", "essential")


def mark(message: str) -> str:
    """Mark a message for the translators; it is translated where it is shown."""
    return message


_l = mark


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at `path` of the file ('norms[3].title.en'); `message % values` is the English sentence."""

    path: str
    message: str
    values: dict[str, Any] = field(default_factory=dict)


class Check:
    """Walks the file once and notes what is wrong; each method answers whether it could look inside."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: str, message: str, **values: Any) -> bool:
        self.problems.append(Problem(path, message, values))
        return False

    def document(self, data: Any) -> None:
        if not self.keys("", data, TOP):
            return
        self.code("identifier", data.get("identifier"), IDENTIFIER)
        self.code("version", data.get("version"), LABEL)
        self.text("title", data.get("title"), SHORT)
        self.text("description", data.get("description"), LONG)
        self.scale("rating_scale", data.get("rating_scale"))
        chapters = self.parts("chapters", data.get("chapters"), MAX_CHAPTERS)
        competencies = self.parts("competencies", data.get("competencies"), MAX_COMPETENCIES)
        functions = self.functions("interlocutors", data.get("interlocutors"))
        self.norms("norms", data.get("norms"), chapters, competencies, functions)

    def keys(self, path: str, value: Any, required: Iterable[str], optional: Iterable[str] = ()) -> bool:
        if not isinstance(value, dict):
            return self.wrong(path, _l("There should be a group of named values here ({ … })."))
        known = (*required, *optional)
        for key in known:
            if value.get(key) is None and (key in value or key in required):
                self.wrong(_join(path, key), _l("This is missing."))
        for key in value:
            if key not in known:
                self.wrong(
                    _join(path, key[:60]), _l("This is unknown here. Known are: %(known)s."), known=", ".join(known)
                )
        return True

    def items(self, path: str, value: Any, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            if value is not None:
                self.wrong(path, _l("There should be a list here ([ … ])."))
            return []
        if len(value) < least:
            self.wrong(path, _l("This list is empty."))
        if len(value) > most:
            self.wrong(path, _l("This list has %(count)s items; at most %(most)s fit."), count=len(value), most=most)
        return value[:most]

    def line(self, path: str, value: Any, longest: int, least: int = 1) -> bool:
        """One string: not empty, not too long, and with nothing in it that no database or page can hold."""
        if value is None:
            return False
        if not isinstance(value, str):
            return self.wrong(path, _l("There should be a text here, between quotes."))
        if len(value.strip()) < least:
            return self.wrong(path, _l("This text is empty."))
        if len(value) > longest:
            return self.wrong(
                path, _l("This text has %(count)s characters; at most %(most)s fit."), count=len(value), most=longest
            )
        if any(not c.isprintable() and c not in "\n\t\u00ad\u00a0\u202f\u200b" for c in value):
            return self.wrong(path, _l("There is a character in this text that cannot be shown."))
        return True

    def code(self, path: str, value: Any, pattern: re.Pattern[str]) -> bool:
        if not self.line(path, value, 80):
            return False
        if not pattern.fullmatch(value):
            return self.wrong(
                path, _l("“%(value)s” cannot be a code: use a few letters, digits, points or hyphens."),
                value=value[:60],
            )  # fmt: skip
        return True

    def text(self, path: str, value: Any, longest: int) -> None:
        if value is not None and self.keys(path, value, LANGUAGES):
            for language in LANGUAGES:
                self.line(_join(path, language), value.get(language), longest)

    def lines(self, path: str, value: Any, least: int) -> None:
        """Lists of lines in both languages, as many in the one as in the other."""
        if value is None or not self.keys(path, value, LANGUAGES):
            return
        counts = []
        for language in LANGUAGES:
            here = _join(path, language)
            listed = self.items(here, value.get(language), MAX_LINES, least)
            counts.append(len(listed))
            for n, item in enumerate(listed):
                self.line(f"{here}[{n}]", item if item is not None else 0, LONG)
        if counts[0] != counts[1]:
            self.wrong(
                path,
                _l("There are %(nl)s in Dutch and %(en)s in English; they should be as many."),
                nl=counts[0],
                en=counts[1],
            )

    def coded(
        self, path: str, value: Any, most: int, each: Callable[[str, dict[str, Any]], None],
        keys: tuple[str, ...], optional: tuple[str, ...] = (), pattern: re.Pattern[str] = CODE,
    ) -> set[str]:  # fmt: skip
        """A list of things with a unique code; `each` looks at the rest of one. Gives the codes."""
        codes: dict[str, int] = {}
        for n, item in enumerate(self.items(path, value, most)):
            here = f"{path}[{n}]"
            if not self.keys(here, item, keys, optional):
                continue
            code = item.get("code")
            if self.code(f"{here}.code", code, pattern):
                if code.casefold() in codes:
                    first = f"{path}[{codes[code.casefold()]}]"
                    self.wrong(
                        f"{here}.code", _l("The code “%(code)s” stands at %(first)s already."), code=code, first=first
                    )
                codes.setdefault(code.casefold(), n)
            each(here, item)
        return {value[n]["code"] for n in codes.values()}

    def parts(self, path: str, value: Any, most: int) -> set[str]:
        def each(here: str, item: dict[str, Any]) -> None:
            self.text(f"{here}.title", item.get("title"), SHORT)
            self.text(f"{here}.description", item.get("description"), LONG)

        return self.coded(path, value, most, each, ("code", "title", "description"))

    def functions(self, path: str, value: Any) -> set[str]:
        def each(here: str, item: dict[str, Any]) -> None:
            self.text(f"{here}.label", item.get("label"), SHORT)

        return self.coded(path, value, MAX_INTERLOCUTORS, each, ("code", "label"), pattern=LONG_CODE)

    def scale(self, path: str, value: Any) -> None:
        def each(here: str, item: dict[str, Any]) -> None:
            self.text(f"{here}.label", item.get("label"), SHORT)
            self.text(f"{here}.meaning", item.get("meaning"), LONG)

        codes = self.coded(path, value, 10, each, ("code", "label", "meaning"))
        if isinstance(value, list) and codes != set(RATINGS):
            self.wrong(path, _l("The ratings should be exactly these: %(codes)s."), codes=", ".join(RATINGS))

    def norms(self, path: str, value: Any, chapters: set[str], competencies: set[str], functions: set[str]) -> None:
        used: set[str] = set()

        def each(here: str, norm: dict[str, Any]) -> None:
            chapter: Any = norm.get("chapter")
            if self.line(f"{here}.chapter", chapter, 80) and self.known(f"{here}.chapter", chapter, chapters):
                used.add(chapter)
            self.references(f"{here}.competencies", norm.get("competencies"), competencies)
            self.references(f"{here}.interlocutors", norm.get("interlocutors"), functions)
            self.norm(here, norm)

        self.coded(path, value, MAX_NORMS, each, NORM, NORM_OPTIONAL)
        for code in sorted(chapters - used):
            self.wrong("chapters", _l("No norm is in chapter “%(code)s”."), code=code)

    def norm(self, here: str, norm: dict[str, Any]) -> None:
        self.text(f"{here}.title", norm.get("title"), SHORT)
        self.text(f"{here}.statement", norm.get("statement"), LONG)
        self.text(f"{here}.explanation", norm.get("explanation"), LONG)
        indicators = norm.get("indicators")
        if indicators is not None and self.keys(f"{here}.indicators", indicators, RATINGS):
            for rating in RATINGS:
                self.text(f"{here}.indicators.{rating}", indicators.get(rating), LONG)
        self.lines(f"{here}.questions", norm.get("questions"), 1)
        self.lines(f"{here}.evidence_examples", norm.get("evidence_examples"), 0)
        self.line(f"{here}.theme_code", norm.get("theme_code"), 20, 0)
        if not isinstance(norm.get("essential", False), bool):
            self.wrong(f"{here}.essential", _l("There should be true or false here."))

    def references(self, path: str, value: Any, known: set[str]) -> None:
        listed = self.items(path, value, MAX_INTERLOCUTORS)
        for n, item in enumerate(listed):
            here = f"{path}[{n}]"
            if (
                self.line(here, item if item is not None else 0, 80)
                and self.known(here, item, known)
                and item in listed[:n]
            ):
                self.wrong(here, _l("“%(code)s” stands in this list twice."), code=item)

    def known(self, path: str, code: str, known: set[str]) -> bool:
        if code in known:
            return True
        return self.wrong(
            path, _l("“%(code)s” is not in this file. Known are: %(known)s."),
            code=code[:60], known=", ".join(sorted(known)[:MAX_LINES]) or "-",
        )  # fmt: skip


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
