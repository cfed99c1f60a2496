"""The words and values that the PDF of a programme is made of."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from peerreview.core import clock, i18n
from peerreview.programmes import words
from peerreview.programmes.items import Item
from peerreview.programmes.programme import Programme


def programme_data(programme: Programme, *, brand: Mapping[str, str]) -> dict[str, Any]:
    """What `templates/documents/programme.typ` asks for, in the language now spoken."""
    visit = programme.visit
    host, reviewing = visit.host.organisation, visit.reviewing.organisation
    return {
        "title": _("Programme for %(day)s, %(host)s", day=_plain(words.days(programme.windows)), host=host.name),
        "issued": clock.today().isoformat(),
        "brand": dict(brand),
        "host": host.name,
        "facts": [
            {"label": _("Day"), "value": _plain(words.days(programme.windows, year=True))},
            {"label": _("Place"), "value": visit.location},
            {"label": _("Team"), "value": f"{words.listed(list(programme.team.values()))} ({reviewing.name})"},
        ],
        "days": [
            {
                "title": _plain(i18n.day(window.day)) if window else _("On another day than the visit"),
                "items": _rows(programme, items),
            }
            for window, items in programme.by_day()
        ],
        "unspoken": [{"code": n.code, "title": i18n.localised(n.title)} for n in programme.coverage.unspoken],
        "words": {
            "programme": _("Programme"),
            "time": _("Time"),
            "talk": _("Talk with"),
            "who": _("Who of the team"),
            "where": _("Where"),
            "norms": _("Norms"),
            "empty": _("There is nothing in the programme yet."),
            "unspoken": _("Norms without a talk"),
            "printed": _("as it was on {day}").replace("{day}", _plain(i18n.day(clock.today(), year=True))),
        },
    }


def _rows(programme: Programme, items: list[Item]) -> list[dict[str, str]]:
    return [
        {
            "time": _plain(words.times(item)),
            "name": words.item_name(item, programme),
            "who": words.people(item, programme),
            "where": words.place(item, programme),
            "norms": words.norm_codes(item, programme),
            "note": item.note,
        }
        for item in items
    ]


def _plain(text: str) -> str:
    return text.replace(i18n.NBSP, " ")
