"""Who may read the impartiality register, decide in it, and declare a conflict of interest."""

from typing import Any

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.core.access import SECRETARIAT, Actor

SIGNERS = frozenset({Role.COORDINATOR, Role.EXECUTIVE})
JUDGES = frozenset({Role.REVIEWER}) | COMMISSION
WATCHERS = frozenset({Role.SECRETARIAT, Role.OVERSIGHT})


def may_read_register(actor: Actor, _thing: Any = None) -> bool:
    """Read every declaration, block, waiver and override."""
    return actor.role in WATCHERS


def may_decide(actor: Actor, _thing: Any = None) -> bool:
    """Register, dismiss, end, waive: the secretariat. Whether it is no party to it is for the service to say."""
    return actor.role == SECRETARIAT


def may_declare_for_organisation(actor: Actor) -> bool:
    """Say for the own organisation what ties it to another."""
    return actor.role in SIGNERS and actor.organisation_id is not None


def may_declare_for_self(actor: Actor) -> bool:
    """Say what ties oneself to an organisation that one may review or judge."""
    return actor.role in JUDGES


def may_declare(actor: Actor, _thing: Any = None) -> bool:
    """Either of the two."""
    return may_declare_for_organisation(actor) or may_declare_for_self(actor)
