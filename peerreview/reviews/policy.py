"""Who may do what with a review. The thing asked about is the review, or a finding or norm that has a `.review`.

Which reviews somebody may know of at all is `queries.reviews`: there a host's people find nothing before the release.
"""

from typing import Any

from peerreview.accounts.lifecycle import Role
from peerreview.core.access import Actor
from peerreview.reviews.lifecycle import READ_ALONG, WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.visits.models import TeamMember

HOSTS = (Role.COORDINATOR, Role.EXECUTIVE)


def _review(thing: Any) -> Review:
    return thing if isinstance(thing, Review) else thing.review


def membership(actor: Actor, thing: Any) -> TeamMember | None:
    """The actor's place in the team of this review, when they act as its reviewer."""
    review = _review(thing)
    if actor.role != Role.REVIEWER or not actor.is_of(review.visit.reviewing.organisation_id):
        return None
    return next(
        (member for member in review.visit.team if member.person_id == actor.person_id),
        None,
    )


def is_host(actor: Actor, thing: Any) -> bool:
    return actor.role in HOSTS and actor.is_of(_review(thing).visit.host.organisation_id)


def is_second_reader(actor: Actor, thing: Any) -> bool:
    """Whether the actor reads the host's answers along: one of the reviewing organisation who was not on the visit."""
    review = _review(thing)
    own = actor.role == Role.REVIEWER and actor.is_of(review.visit.reviewing.organisation_id)
    return own and actor.person_id == review.second_reader_id and review.state in READ_ALONG


def may_see(actor: Actor, thing: Any) -> bool:
    """Stage and dates: everybody who may know of the review."""
    takes_part = membership(actor, thing) is not None or is_host(actor, thing) or is_second_reader(actor, thing)
    return takes_part or actor.role == Role.SECRETARIAT


def may_review(actor: Actor, thing: Any) -> bool:
    """Note, rate and write findings: the team, all of them."""
    return membership(actor, thing) is not None


def may_change_observation(actor: Actor, thing: Any) -> bool:
    """Only one's own, as one of the team."""
    return may_review(actor, thing) and thing.observation.person_id == actor.person_id


def may_lead(actor: Actor, thing: Any) -> bool:
    """Reveal, draft, give verdicts and finish: the lead reviewer."""
    member = membership(actor, thing)
    return member is not None and member.lead


def may_read_report(actor: Actor, thing: Any) -> bool:
    """The team always (a draft until its release); the host and the secretariat once it is released.

    A second reader from the moment that the host has answered.
    """
    if may_review(actor, thing) or is_second_reader(actor, thing):
        return True
    return _review(thing).state in WRITTEN and (is_host(actor, thing) or actor.role == Role.SECRETARIAT)


def may_answer(actor: Actor, thing: Any) -> bool:
    """Answer in the fact check: the host's coordinator and executive."""
    return is_host(actor, thing)


def may_close_fact_check(actor: Actor, thing: Any) -> bool:
    return is_host(actor, thing) and actor.role == Role.COORDINATOR


def may_advise(actor: Actor, thing: Any) -> bool:
    """Advise on an answer of the host, until the report is final: the second reader."""
    return is_second_reader(actor, thing) and _review(thing).state == ReviewState.FACT_CHECKED


def may_deliver(actor: Actor, thing: Any) -> bool:
    """Note that the host got its report otherwise than by letter: the secretariat."""
    return actor.role == Role.SECRETARIAT


def may_release(actor: Actor, thing: Any) -> bool:
    """Release without the late ones: the secretariat."""
    return actor.role == Role.SECRETARIAT


def may_list_reviews(actor: Actor) -> bool:
    return actor.role in (Role.REVIEWER, Role.SECRETARIAT)


def may_list_reports(actor: Actor) -> bool:
    return actor.role in HOSTS
