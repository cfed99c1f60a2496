"""Another day for the answers to a match, and for a partner that was promised."""

from datetime import date

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.matching.models import ExchangeMember, PartnerSearch
from peerreview.matching.queries import exchange_of
from peerreview.matching.queries.duties import ANSWER, SEARCH
from peerreview.matching.services.searches import move_search


@mover(ANSWER)
def move_answer_day(member_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give all members of this one's exchange another last day to answer: it is confirmed when all did."""
    with unit_of_work():
        exchange = exchange_of(db.session.get_one(ExchangeMember, member_id).exchange_id)
        before, exchange.answer_by = exchange.answer_by, due_on
        audit.record(
            "exchange.move_answer", exchange, by=by, reason=reason, before={"answer_by": before},
            after={"answer_by": due_on},
        )  # fmt: skip


@mover(SEARCH)
def move_partner_day(search_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Promise the organisation another day, which it reads in a letter."""
    move_search(db.session.get_one(PartnerSearch, search_id), partner_by=due_on, reason=reason, by=by)
