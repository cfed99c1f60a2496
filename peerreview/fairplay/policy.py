"""Who sees figures about reviewing, who reads a sample again, and whose feedback and whose notes these are.

Figures are for the secretariat and oversight; only the secretariat sees who and what rating, so only it moderates.
"""

from typing import Any

from peerreview.accounts.lifecycle import Role
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.fairplay.models import Sample, TakeHome
from peerreview.reviews import policy as reviews
from peerreview.reviews.models import Review
from peerreview.rounds.models import Round

TAKERS = (Role.COORDINATOR, Role.EXECUTIVE, Role.REVIEWER)


def may_see_figures(actor: Actor) -> bool:
    """See how far reviewers agree: the secretariat and oversight."""
    return actor.role in (SECRETARIAT, Role.OVERSIGHT)


def sees_people(actor: Actor) -> bool:
    """See with the figures which reviewers they are about, and which ratings: never oversight."""
    return actor.role == SECRETARIAT


def may_moderate(actor: Actor, thing: Round | Sample) -> bool:
    """Draw reviews to read again, and note what was found: who may read the reports anyway."""
    return actor.role == SECRETARIAT


def may_give_feedback(actor: Actor, place: Any) -> bool:
    """Say what one thought of the review: the host's coordinators and executives."""
    return reviews.is_host(actor, place.review)


def may_read_feedback(actor: Actor, place: Any) -> bool:
    """Have the page: the host, and the team, which finds the feedback on it once it is open."""
    return may_give_feedback(actor, place) or reviews.may_review(actor, place.review)


def may_take_home(actor: Actor, review: Review) -> bool:
    """Note what one wants to use at home: who goes there."""
    return reviews.may_review(actor, review)


def may_list_take_homes(actor: Actor) -> bool:
    """Read what the own organisation takes home: its coordinators, executives and reviewers."""
    return actor.role in TAKERS and actor.organisation_id is not None


def may_change_take_home(actor: Actor, take_home: TakeHome) -> bool:
    """Only one's own, in the role in which it was noted."""
    return actor.role == Role.REVIEWER and take_home.person_id == actor.person_id
