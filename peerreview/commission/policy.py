"""Who may do what for the commission. Which dossiers somebody may know of is asked before, in the queries.

The secretariat prepares and never votes. The chair leads; where no chair without an interest is present, any present
member without an interest leads that one case.
"""

from typing import Any

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.core.access import SECRETARIAT, Actor

READERS = (SECRETARIAT, *sorted(COMMISSION))


def may_prepare(actor: Actor, _thing: Any = None) -> bool:
    """Check completeness, forward, plan meetings, make the agenda, send letters."""
    return actor.role == SECRETARIAT


def may_attend(actor: Actor, _thing: Any = None) -> bool:
    """Belong to the commission."""
    return actor.role in COMMISSION


def may_read(actor: Actor, _thing: Any = None) -> bool:
    """Read meetings, dossiers and decisions: the commission and its secretariat."""
    return actor.role in READERS


def may_run(actor: Actor, _thing: Any = None) -> bool:
    """Run any meeting: the chair, and the secretariat in their absence. See `may_lead` for who stands in for them."""
    return actor.role in (Role.COMMISSION_CHAIR, SECRETARIAT)


def may_lead(actor: Actor, led: Any) -> bool:
    """Open, run and close this meeting, write its minutes: who may, the query that found it knows."""
    return bool(led.may)


def may_send_letters(actor: Actor, _thing: Any = None) -> bool:
    return may_run(actor)


def may_read_letters(actor: Actor, _thing: Any = None) -> bool:
    """Read the letters of a meeting before they go: the secretariat, and the members; which ones, the query knows."""
    return may_read(actor)


def may_sign_letter(actor: Actor, decision: Any) -> bool:
    """Add to a letter and say that it was read: the chair, and the member who led the case in the chair's place."""
    return actor.role == Role.COMMISSION_CHAIR or (may_attend(actor) and actor.person_id == decision.signed_by_id)


def may_read_decision(actor: Actor, _thing: Any = None) -> bool:
    """Whose decision it is reads it too, once its letter was sent; the query knows which those are."""
    return actor.role in (*READERS, Role.COORDINATOR, Role.EXECUTIVE)


# --- Questions back --------------------------------------------------------------------------------------------------


def may_see_question(actor: Actor, asked: Any) -> bool:
    """Read a question that `question_for` found for this actor."""
    return True


def may_answer_question(actor: Actor, asked: Any) -> bool:
    """Answer: the lead reviewer, or a coordinator of the organisation."""
    return actor.role in (Role.REVIEWER, Role.COORDINATOR) and actor.person_id in asked.hands


# --- Conditions ------------------------------------------------------------------------------------------------------


def may_see_condition(actor: Actor, shown: Any) -> bool:
    """Read a condition that `condition_for` found for this actor."""
    return True


def may_show_condition(actor: Actor, thing: Any) -> bool:
    """Write how it is met, bring files and send it: the organisation's coordinators and executives."""
    return actor.role in (Role.COORDINATOR, Role.EXECUTIVE)


def may_judge_condition(actor: Actor, shown: Any) -> bool:
    """Say whether it is met: who would lead this case, without an interest in it."""
    return may_attend(actor) and actor.person_id in shown.checkers
