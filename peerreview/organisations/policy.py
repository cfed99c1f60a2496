"""Who may see and change which organisation: the secretariat all of them, a coordinator or executive their own."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.organisations.models import MemberImport, Organisation

GUARD_OWN = frozenset({"coordinator", "executive"})


def may_manage_members(actor: Actor) -> bool:
    """See the list of members, add to it, bring lists in and take them out."""
    return actor.role == SECRETARIAT


def may_manage_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Change everything of it, answer its application, end its membership."""
    return actor.role == SECRETARIAT


def may_manage_import(actor: Actor, member_import: MemberImport) -> bool:
    """Look at a list on its way in, and apply or discard it."""
    return actor.role == SECRETARIAT


def may_see_own(actor: Actor, organisation: Organisation) -> bool:
    """See one's own organisation's page."""
    return actor.role in GUARD_OWN and actor.is_of(organisation.id)


def may_edit_own(actor: Actor, organisation: Organisation) -> bool:
    """Change how one's own organisation is known; its name and KvK number are the secretariat's."""
    return may_see_own(actor, organisation)
