"""Who may know of letters. The secretariat reads all; the administrator sees that they leave, and reads those of accounts.

What an administrator may not read has no subject for them either, and is not found by it.
"""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.outbox import Letter

WATCHERS = (SECRETARIAT, "administrator")
OF_ACCOUNTS = "accounts."


def may_list(actor: Actor) -> bool:
    """Know which letters there are, to whom, and how they stand."""
    return actor.role in WATCHERS


def may_see(actor: Actor, letter: Letter) -> bool:
    """See how one letter stands."""
    return may_list(actor)


def reads(actor: Actor, kind: str) -> bool:
    """Whether this actor reads letters of this kind."""
    return actor.role == SECRETARIAT or (actor.role == "administrator" and kind.startswith(OF_ACCOUNTS))


def may_steer(actor: Actor, letter: Letter) -> bool:
    """Hold it, release it, send it again: who may read it."""
    return reads(actor, letter.kind)
