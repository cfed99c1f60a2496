"""Who may do what with an appeal or a complaint. Who may know of one at all is asked before, in the queries."""

from typing import Any

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.appeals.lifecycle import EntryKind
from peerreview.core.access import SECRETARIAT, Actor

OWN = (Role.COORDINATOR, Role.EXECUTIVE)
PANEL, ASKED, OURS, OFFICE, DEFENCE = "panel", "asked", "ours", "office", "defence"

K = EntryKind
# Which pieces of the record each reads: before the outcome, and after it.
BEFORE = {PANEL: (*K,), OURS: (K.STATEMENT, K.DEFENCE), OFFICE: (K.STATEMENT,), DEFENCE: (K.DEFENCE,), ASKED: ()}
AFTER = BEFORE | {OURS: (K.STATEMENT, K.DEFENCE, K.HEARING), OFFICE: (K.STATEMENT, K.DEFENCE, K.HEARING)}
ADDS = {PANEL: (K.NOTE, K.HEARING), OURS: (K.STATEMENT,), DEFENCE: (K.DEFENCE,)}


def may_write_appeal(actor: Actor, _chance: Any) -> bool:
    """Write on the text of an appeal: coordinators and executives of the organisation."""
    return actor.role in OWN


def may_lodge(actor: Actor, _thing: Any) -> bool:
    """Sign and lodge an appeal, or take it back: the executive."""
    return actor.role == Role.EXECUTIVE


def may_see(actor: Actor, _case: Any) -> bool:
    """Read what `case_for` found for this actor."""
    return True


def may_withdraw(actor: Actor, case: Any) -> bool:
    ours: bool = case.view == OURS
    return ours and may_lodge(actor, case)


def may_add(actor: Actor, case: Any) -> bool:
    """Add to the record: the organisation, who defends the decision, and the panel."""
    return case.view in ADDS


def may_handle(actor: Actor, _thing: Any = None) -> bool:
    """Say whether an appeal is taken up, form the panel; acknowledge and answer complaints."""
    return actor.role == SECRETARIAT


def may_answer_seat(actor: Actor, case: Any) -> bool:
    """Say whether one sits: who is asked, and who sits and no longer can."""
    return case.view in (ASKED, PANEL)


def may_sit(actor: Actor, case: Any) -> bool:
    """Read the dossier and decide: the members of the panel."""
    sits: bool = case.view == PANEL
    return sits


def may_chair(actor: Actor, case: Any) -> bool:
    """Sign: who chairs the panel."""
    chairs: bool = case.chairs
    return may_sit(actor, case) and chairs


def may_list(actor: Actor, _thing: Any = None) -> bool:
    """See the list of one's appeals: the secretariat's, an organisation's own, and those whose panel one is on."""
    return True


def defends(actor: Actor) -> bool:
    """Act for the commission."""
    return actor.role in COMMISSION
