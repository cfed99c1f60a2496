"""Before anybody is matched: what the system can see of conflicts of interest is in the register."""

from datetime import date

from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import unit_of_work
from peerreview.core.events import on
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.matching.queries.candidates import met_lately
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.rounds.queries import current_round


def notice_conflicts(round_: Round, *, by: Actor = SYSTEM) -> int:
    """Look for conflicts between organisations, and note who reviewed each other lately; how many are new.

    Run it as often as you like: what is known is not raised again, and what was dismissed stays so.
    """
    with unit_of_work():
        new = impartiality.detect(by=by)
        for day, pairs in met_lately(round_).items():
            new += impartiality.note_detected(ConflictKind.REVIEWED_LAST_CYCLE, pairs, starts_on=day, by=by)
    return new


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    round_ = current_round()
    if round_ is not None and round_.state in (RoundState.OPEN, RoundState.MATCHING):
        notice_conflicts(round_, by=by)
