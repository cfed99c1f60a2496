"""The minutes as data for the document "minutes", in the language now spoken, with the pieces that the reader may read."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from peerreview.commission.lifecycle import MeetingKind
from peerreview.commission.models import Meeting
from peerreview.commission.queries.minutes import Piece
from peerreview.core import clock
from peerreview.core.association import Association
from peerreview.core.i18n import clock_time, day


def minutes_document(meeting: Meeting, pieces: Sequence[Piece], association: Association) -> dict[str, Any]:
    """What templates/documents/minutes.typ wants; `pieces` are those of `minutes_of` for this reader."""
    on = day(meeting.starts_at, year=True)
    written = meeting.kind == MeetingKind.WRITTEN
    state = _("Approved on %(day)s.", day=day(meeting.approved_at)) if meeting.approved_at else _("Draft")
    return {
        "title": _("Minutes of %(day)s", day=on),
        "issued": clock.local(meeting.approved_at or meeting.state_since).date().isoformat(),
        "brand": {"name": association.product_name, "tagline": association.label_name},
        "commission": _("Commission of the %(label)s", label=association.label_name),
        "date": _("Written procedure") if written else f"{on}, {clock_time(meeting.starts_at)}",
        "place": meeting.place,
        "state": state,
        "pieces": [_piece(piece, number) for number, piece in enumerate(pieces) if _has_something(piece)],
        "words": {
            "date": _("Date"), "place": _("Place"), "state": _("State"), "page": _("Page {page} of {pages}"),
        },
    }  # fmt: skip


def _has_something(piece: Piece) -> bool:
    return piece.of_dossier or bool(piece.item.text or piece.item.heading)


def _piece(piece: Piece, number: int) -> dict[str, str]:
    item = piece.item
    title = item.heading or (_("Any other business") if number else _("Opening"))
    name = f"{piece.name}, {piece.place}" if piece.place else piece.name
    times = [clock_time(moment) for moment in (item.began_at, item.ended_at) if moment]
    return {"title": name if piece.of_dossier else title, "times": " – ".join(times), "text": item.text}
