"""Conditions of a decision, and followers who confirmed."""

from peerreview.certificates.models import Certificate
from peerreview.commission.lifecycle import ConditionState
from peerreview.commission.models import Condition
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.register import queries, services
from peerreview.register.models import Follower


def make_condition(certificate: Certificate, position: int = 0, state: str = "open") -> Condition:
    condition = Condition(
        decision_id=certificate.decision_id, position=position, norm=f"V{position + 1}", what="Laat het zien.",
        due_on=clock.today(), state=ConditionState(state), state_since=clock.now(),
    )  # fmt: skip
    with unit_of_work():
        db.session.add(condition)
        db.session.flush()
    return condition


def make_follower(
    email: str = "lezer@voorbeeld.example", organisation_id: int | None = None, *, language: str = "nl"
) -> Follower:
    services.ask_to_follow(email, organisation_id, language=language)
    follower = queries.follower_at(email, organisation_id)
    assert follower is not None
    services.confirm_following(follower)
    return follower
