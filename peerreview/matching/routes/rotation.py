"""Rotation: who met whom in which year, as a picture and as a table; for the secretariat and oversight."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import make_response, request
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires
from peerreview.core.i18n import sort_key
from peerreview.core.pages import page
from peerreview.core.paging import Page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.matching import policy, words
from peerreview.matching.picture import figures_of, styles_of
from peerreview.matching.queries.rotation import Met, Who, met_over_the_rounds
from peerreview.matching.rotation import Rotation, Walk, rotation_of
from peerreview.matching.routes.blueprint import bp

ORDERS = ("partners", "again", "name")
ROWS = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader asked for: an organisation to look around from, a text in its name or place, an order."""

    around: int | None
    text: str
    order: str


def _chosen() -> Chosen:
    order = request.args.get("order", "")
    around = request.args.get("organisation", type=int)
    return Chosen(around, request.args.get("q", "")[:100].strip(), order if order in ORDERS else ORDERS[0])


@bp.get("/matching/rotation")
@requires(policy.may_watch_rotation)
def show_rotation() -> Any:
    chosen, met = _chosen(), met_over_the_rounds()
    rotation = rotation_of(met.meetings)
    around = chosen.around if chosen.around in met.who else None
    figures, left_out = figures_of(rotation, {key: who.name for key, who in met.who.items()}, around=around)
    return page(
        "matching/rotation.html",
        met=met,
        who=met.who,
        called=lambda keys: words.joined(met.who[key].name for key in keys),
        rotation=rotation,
        figures=figures,
        left_out=left_out,
        around=around,
        chosen=chosen,
        styles=_legend(rotation),
        in_club={key for club in rotation.clubs for key in club.members},
        walks=_paged(_walks(rotation, met, chosen, around)),
    )


def _legend(rotation: Rotation) -> list[tuple[int, int, bool]]:
    """(style, year, whether older years share it) of each style of line, the newest first."""
    styles = styles_of(year for tie in rotation.ties for year in tie.years)
    newest: dict[int, int] = {}
    for year in sorted(styles, reverse=True):
        newest.setdefault(styles[year], year)
    shared = list(styles.values())
    return [(style, year, shared.count(style) > 1) for style, year in newest.items()]


def _walks(rotation: Rotation, met: Met, chosen: Chosen, around: int | None) -> list[Walk]:
    """The organisations that were asked for, in the order that was asked for."""
    inside: Iterable[int] = rotation.walks
    if around is not None:
        inside = [around, *(tie.other(around) for tie in rotation.walks[around].ties)]
    wanted = sort_key(chosen.text)
    found = [rotation.walks[key] for key in inside if wanted in _words(met.who[key])]
    return sorted(found, key=lambda walk: (-_first(walk, chosen.order), met.who[walk.key].sort_name, walk.key))


def _first(walk: Walk, order: str) -> int:
    """What puts an organisation on top; by name nothing does."""
    return walk.partners if order == "partners" else walk.again if order == "again" else 0


def _words(who: Who) -> str:
    return f"{who.sort_name} {sort_key(who.place)}"


def _paged(walks: list[Walk]) -> Page:
    pages = max(1, -(-len(walks) // ROWS))
    number = min(max(1, request.args.get("page", 1, int)), pages)
    return Page(walks[(number - 1) * ROWS : number * ROWS], number, ROWS, len(walks))


@bp.get("/matching/rotation.csv")
@requires(policy.may_watch_rotation)
def export_rotation() -> Any:
    met = met_over_the_rounds()
    rotation = rotation_of(met.meetings)
    clubs = {club.members for club in rotation.clubs if not club.alone}
    alone = {key for club in rotation.clubs if club.alone for key in club.members}
    heads = [
        _("Organisation"), _("Place"), _("Met"), _("Place"), _("How often"), _("Years"), _("Rounds"), _("Closed club"),
    ]  # fmt: skip
    rows = [
        [
            *met.who[tie.pair[0]][1:3], *met.who[tie.pair[1]][1:3], tie.times, " ".join(map(str, tie.years)),
            ", ".join(met.rounds[number] for number in tie.rounds),
            _("only each other") if alone.issuperset(tie.pair) else _("each other again") if tie.pair in clubs else "",
        ]
        for tie in rotation.ties
    ]  # fmt: skip
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    name = _("rotation")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today()}.csv"'
    return answer
