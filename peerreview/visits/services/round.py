"""The secretariat chooses days for many exchanges at once: each as an act of its own, so that one no stops no other."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from peerreview.core.access import Actor
from peerreview.core.errors import Invalid, Refused
from peerreview.visits.planning import Slot
from peerreview.visits.services.plans import agree_dates, propose_plan

Chosen = Iterable[tuple[int, Mapping[int, Slot]]]


def propose_round(chosen: Chosen, *, by: Actor) -> tuple[int, dict[int, str]]:
    """Propose to each of these exchanges its days; how many were, and for each other one why not."""
    done, refused = 0, {}
    for exchange_id, slots in chosen:
        try:
            propose_plan(exchange_id, slots=slots, by=by)
            done += 1
        except Refused as no:
            refused[exchange_id] = _said(no)
    return done, refused


def agree_round(chosen: Chosen, *, reason: str, by: Actor) -> tuple[int, dict[int, str]]:
    """Fix the days of each of these exchanges for a reason, as `agree_dates`; how many were, and why others not."""
    if not reason.strip():
        raise Invalid(_("Write down why the secretariat chooses the days."))
    done, refused = 0, {}
    for exchange_id, slots in chosen:
        try:
            agree_dates(exchange_id, slots=slots, reason=reason, by=by)
            done += 1
        except Refused as no:
            refused[exchange_id] = _said(no)
    return done, refused


def _said(no: Refused) -> str:
    return " ".join([no.message, *getattr(no, "problems", [])])
