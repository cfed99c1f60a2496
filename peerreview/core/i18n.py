"""Dutch and English: which one this visitor reads, texts that carry both, and sorting and dates that follow it.

The source texts in code are English; `translations/nl/LC_MESSAGES/<feature>.po` holds the Dutch of each feature.
Catalogues are compiled when they are older than their source, so that nobody has to remember it.
"""

import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, force_locale, format_date, format_decimal, format_time, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from peerreview.core import access, clock

LANGUAGES = ("nl", "en")
COOKIE = "language"
FOLDER = Path(__file__).parent.parent / "translations"
NBSP = "\u00a0"
_catalogues: dict[str, NullTranslations] = {}


def init_app(app: Flask, babel: Babel) -> None:
    """Bind the catalogues of all features and say how a request's language is found."""
    compile_catalogues()
    domains = sorted({path.stem for path in FOLDER.glob("*/LC_MESSAGES/*.po")}) or ["messages"]
    babel.init_app(
        app,
        default_domain=";".join(domains),
        default_translation_directories=";".join([str(FOLDER)] * len(domains)),
        locale_selector=choose_language,
    )
    LazyString.__html__ = _lazy_text_in_page
    env = app.jinja_env
    env.globals["_"] = env.globals["gettext"] = _text_in_page


@pass_eval_context
def _text_in_page(page: EvalContext, text: str, **values: Any) -> str:
    """`_()` in a template: what Jinja's own does, in a third of its time. A page asks for hundreds of texts."""
    told: str = _catalogue().gettext(text)
    if page.autoescape:
        told = Markup(told)  # noqa: S704 - our own text; what it is filled in with is escaped
    return told % values if "%" in told else told


def _lazy_text_in_page(text: LazyString) -> str:
    """A lazy text on a page. The library hands out whatever it was filled in with as markup, also somebody's name."""
    return str(escape(str(text)) if text._kwargs else text)


def told(text: str, **values: Any) -> str:
    """gettext for code that asks for hundreds of texts in one answer: the same text, found faster."""
    found: str = _catalogue().gettext(text)
    return found % values if values else found


def _catalogue() -> NullTranslations:
    """The texts of the language now spoken; those of all features are merged once per process and language."""
    spoken = get_locale()
    if spoken is None:
        return NullTranslations()
    if spoken.language not in _catalogues:
        _catalogues[spoken.language] = get_translations()
    return _catalogues[spoken.language]


def compile_catalogues() -> None:
    """Make each .mo that is missing or older than its .po."""
    for po in FOLDER.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            half = mo.with_suffix(f".{id(po)}.part")
            with po.open("rb") as source, half.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parent.parent.name))
            half.replace(mo)


def choose_language() -> str:
    """The visitor's own choice, else the person's, else what the browser asks for, else Dutch."""
    if not has_request_context():
        return "nl"
    if (chosen := request.cookies.get(COOKIE)) in LANGUAGES:
        return str(chosen)
    actor = access.current_actor()
    if actor and actor.language in LANGUAGES:
        return actor.language
    return request.accept_languages.best_match(LANGUAGES) or "nl"


def language() -> str:
    """The two letters of the language now spoken."""
    locale = get_locale()
    return locale.language if locale else "nl"


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak this language inside the block: for letters and documents to somebody else."""
    return force_locale(language if language in LANGUAGES else "nl")  # type: ignore[no-any-return]


def localised(text: Mapping[str, Any] | None) -> Any:
    """The value in the language now spoken of a text that carries both; Dutch where there is no other."""
    if not text:
        return ""
    return text.get(language()) or text.get("nl") or next(iter(text.values()), "")


def sort_key(text: str) -> str:
    """What to sort a name by: without capitals and accents, so that Dutch and English readers find it."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def day(value: date | datetime | None, weekday: bool = True, year: bool | None = None) -> str:
    """'vrijdag 19 februari' with no-break spaces; the year is named when it is not this one (or as told)."""
    if value is None:
        return ""
    on = clock.local(value).date() if isinstance(value, datetime) else value
    with_year = on.year != clock.today().year if year is None else year
    pattern = ("EEEE d MMMM" if weekday else "d MMMM") + (" y" if with_year else "")
    text: str = format_date(on, pattern)
    return text.replace(" ", NBSP, 1) if not weekday else _join_day(text)


def _join_day(text: str) -> str:
    weekday, rest = text.split(" ", 1)
    return f"{weekday} {rest.replace(' ', NBSP)}"


def short_day(on: date) -> str:
    """'di 16 feb' for a narrow column, with no-break spaces."""
    text: str = format_date(on, "EEEEEE d MMM")
    return text.rstrip(".").replace(" ", NBSP)


def clock_time(value: datetime | None) -> str:
    """'10.42' in Dutch, '10:42' in English."""
    if value is None:
        return ""
    return str(format_time(clock.local(value), "H.mm" if language() == "nl" else "H:mm", rebase=False))


def file_size(count: int) -> str:
    """'15 bytes', '1,5 kB' or '2,3 MB' (thousands and millions of bytes), in the manner of the language now spoken."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{format_decimal(round(count / size, 1))}{NBSP}{unit}"
    return f"{count}{NBSP}{'byte' if count == 1 else 'bytes'}"


def default_language() -> str:
    """The language for whoever is not known: the association's."""
    return str(current_app.config.get("BABEL_DEFAULT_LOCALE", "nl"))
