"""Who may invite whom, see the people of an organisation, and end a role."""

from peerreview.accounts.lifecycle import COMMISSION, OF_AN_ORGANISATION, Role
from peerreview.accounts.models import Affiliation, Invitation
from peerreview.accounts.places import Place
from peerreview.core.access import Actor

GUARD_PEOPLE = frozenset({Role.COORDINATOR, Role.EXECUTIVE})
GUARD_ALL = frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR})


def guards_all(actor: Actor) -> bool:
    """Whether this role looks after the people of every organisation."""
    return actor.role in GUARD_ALL


def roles_to_give(actor: Actor, organisation_id: int | None) -> list[Role]:
    """The roles that this actor may give there (None: in the association itself), in the order of the product."""
    if organisation_id is not None:
        allowed = OF_AN_ORGANISATION if guards_all(actor) or _guards(actor, organisation_id) else frozenset()
    elif actor.role == Role.ADMINISTRATOR:
        allowed = frozenset(Role) - OF_AN_ORGANISATION
    else:
        allowed = COMMISSION if actor.role == Role.SECRETARIAT else frozenset()
    return [role for role in Role if role in allowed]


def may_give(actor: Actor, role: Role, organisation_id: int | None) -> bool:
    """Whether this actor may give this role there, by invitation or at once."""
    return role in roles_to_give(actor, organisation_id)


def may_manage_people(actor: Actor, place: Place) -> bool:
    """Whether this actor looks after the people of that organisation, or of the association."""
    return guards_all(actor) if place.organisation_id is None else bool(roles_to_give(actor, place.organisation_id))


def may_end(actor: Actor, held: Affiliation) -> bool:
    """Whether this actor may end that role; the service still keeps the last ones."""
    return may_give(actor, held.role, held.organisation_id)


def may_withdraw(actor: Actor, invitation: Invitation) -> bool:
    """Whether this actor may take back that invitation."""
    return may_give(actor, invitation.role, invitation.organisation_id)


def _guards(actor: Actor, organisation_id: int) -> bool:
    return actor.role in GUARD_PEOPLE and actor.is_of(organisation_id)
