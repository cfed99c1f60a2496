"""Who writes an organisation's page in the register, and who may hide it. The register itself is everybody's."""

from typing import Any

from peerreview.core.access import SECRETARIAT, Actor

WRITERS = ("coordinator", "executive")


def may_write_page(actor: Actor, _page: Any = None) -> bool:
    """The coordinator and the executive of the organisation; both may also publish it and take it away."""
    return actor.organisation_id is not None and actor.role in WRITERS


def may_hide_page(actor: Actor, _page: Any = None) -> bool:
    """The secretariat, with a reason."""
    return actor.role == SECRETARIAT
