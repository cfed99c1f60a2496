"""Who may invite whom, and what a link is worth: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from peerreview.accounts.lifecycle import COMMISSION, NEED_SECOND_FACTOR, OF_AN_ORGANISATION, Role
from peerreview.accounts.models import Affiliation, Invitation, InvitationState
from peerreview.accounts.places import Place
from peerreview.accounts.policy import may_end, may_give, may_manage_people, may_withdraw, roles_to_give
from peerreview.core.access import Actor

OWN, FOREIGN = 7, 8
OURS = [Role.COORDINATOR, Role.EXECUTIVE, Role.CONTRIBUTOR, Role.REVIEWER]
OF_THE_ASSOCIATION = [role for role in Role if role not in OURS]


def acting(role: str) -> Actor:
    return Actor(1, "Iemand", role, organisation_id=OWN if role in OF_AN_ORGANISATION else None)


GIVES = {
    Role.COORDINATOR: (OURS, [], []),
    Role.EXECUTIVE: (OURS, [], []),
    Role.SECRETARIAT: (OURS, OURS, [Role.COMMISSION_MEMBER, Role.COMMISSION_CHAIR]),
    Role.ADMINISTRATOR: (OURS, OURS, OF_THE_ASSOCIATION),
}


@pytest.mark.parametrize("role", [*Role, "none"])
def test_each_role_gives_exactly_these_roles(role):
    actor = acting(role)
    given = tuple(roles_to_give(actor, place) for place in (OWN, FOREIGN, None))
    assert given == GIVES.get(role, ([], [], []))


@pytest.mark.parametrize("role", [*Role, "none"])
@pytest.mark.parametrize("place", [OWN, FOREIGN, None])
def test_who_gives_a_role_also_ends_it_and_takes_back_its_invitation(role, place):
    actor = acting(role)
    for given in Role:
        may = may_give(actor, given, place)
        assert may_end(actor, Affiliation(role=given, organisation_id=place)) == may
        assert may_withdraw(actor, Invitation(role=given, organisation_id=place)) == may


@pytest.mark.parametrize("role", [*Role, "none"])
def test_who_looks_after_people(role):
    places = [place for place in (OWN, FOREIGN, None) if may_manage_people(acting(role), Place(place))]
    expected = {
        Role.COORDINATOR: [OWN], Role.EXECUTIVE: [OWN],
        Role.SECRETARIAT: [OWN, FOREIGN, None], Role.ADMINISTRATOR: [OWN, FOREIGN, None],
    }  # fmt: skip
    assert places == expected.get(role, [])


def test_the_roles_that_need_a_second_step():
    assert COMMISSION | {Role.SECRETARIAT, Role.ADMINISTRATOR} == NEED_SECOND_FACTOR


AT = datetime(2027, 2, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, InvitationState.OPEN),
        ({"expires_at": AT}, InvitationState.EXPIRED),
        ({"accepted_at": AT}, InvitationState.ACCEPTED),
        ({"withdrawn_at": AT}, InvitationState.WITHDRAWN),
        ({"accepted_at": AT, "expires_at": AT}, InvitationState.ACCEPTED),
    ],
)
def test_what_a_link_is_worth(fields, state):
    assert Invitation(**{"expires_at": AT + timedelta(seconds=1), **fields}).state_at(AT) is state
