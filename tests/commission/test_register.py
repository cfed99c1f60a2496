"""What stands in the impartiality register keeps a member out of a dossier, everywhere and at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.lifecycle import InterestKind
from peerreview.commission.models import Interest
from peerreview.commission.queries.coming import coming_meetings
from peerreview.commission.queries.dossiers import dossier_for, dossier_rows
from peerreview.commission.queries.recusal import interests_found, recused_from
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction
from peerreview.matching.models import ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import make_dossier, make_meeting
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.organisations import make_organisation


def _register(kind, dossier, member):
    """Something in the register that touches this member and dossier; whether it should keep the member out."""
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    own = db.session.get_one(Organisation, trajectory.organisation_id)
    partner = db.session.scalars(
        select(Organisation).join(Trajectory).where(Trajectory.id.in_(_around(dossier)), Organisation.id != own.id)
    ).one()
    elsewhere = make_organisation("Havenlicht")
    if kind.startswith("organisation"):
        affiliation_of(db.session.get_one(Person, member.person_id), "contributor", elsewhere)
    soft = {"kind": ConflictKind.PERSONAL_RELATION}
    if kind == "person":
        make_conflict(own, person=member.person_id)
    elif kind == "person, soft":
        make_conflict(own, person=member.person_id, **soft)
    elif kind == "person, with leave":
        make_waiver(make_conflict(own, person=member.person_id, **soft))
    elif kind == "person, dismissed":
        make_conflict(own, person=member.person_id, state=ConflictState.DISMISSED)
    elif kind == "person, over":
        make_conflict(own, person=member.person_id, ends_on=clock.today() - timedelta(days=1))
    elif kind == "person, partner":
        make_conflict(partner, person=member.person_id)
    elif kind == "person, elsewhere":
        make_conflict(elsewhere, person=member.person_id)
    elif kind == "organisation":
        make_conflict(elsewhere, own)
    elif kind == "organisation, in it":
        make_conflict(own, elsewhere, direction=Direction.TOWARDS)
    elif kind == "organisation, the other way":
        make_conflict(elsewhere, own, direction=Direction.TOWARDS)
    elif kind == "organisation, partner":
        make_conflict(elsewhere, partner)
    return kind in REGISTERED


def _around(dossier):
    mine = select(ExchangeMember.exchange_id).where(ExchangeMember.trajectory_id == dossier.trajectory_id)
    return list(db.session.scalars(select(ExchangeMember.trajectory_id).where(ExchangeMember.exchange_id.in_(mine))))


REGISTERED = ("person", "person, soft", "person, partner", "organisation", "organisation, in it")
FREE = (
    "person, with leave", "person, dismissed", "person, over", "person, elsewhere", "organisation, the other way",
    "organisation, partner",
)  # fmt: skip


@pytest.mark.parametrize("kind", [*REGISTERED, *FREE])
def test_what_stands_in_the_register_keeps_a_member_out_from_that_moment(app, kind):
    dossier, member, other = make_dossier(), make_actor("commission_member"), make_actor("commission_member")
    out = _register(kind, dossier, member)
    found = InterestKind.REGISTERED if out else None
    assert interests_found(dossier.trajectory_id, [member.person_id]).get(member.person_id) == found
    everybody = [member.person_id, other.person_id]  # what stands there of one keeps nobody else out
    assert recused_from([dossier.id], everybody)[dossier.id] == ({member.person_id} if out else set())
    assert (dossier_for(member, dossier.id) is None, len(dossier_rows(member))) == (out, 0 if out else 1)
    meeting = make_meeting()
    services.put_on_agenda(dossier, meeting, by=make_actor("secretariat"))
    assert [row.kind for row in db.session.scalars(select(Interest))] == ([found] if found else [])
    assert coming_meetings(member)[0].dossiers == (0 if out else 1)


def test_who_is_kept_out_by_the_register_after_the_agenda_sees_no_count_of_it(app):
    dossier, member = make_dossier(meeting=make_meeting()), make_actor("commission_member")
    assert coming_meetings(member)[0].dossiers == 1
    _register("person", dossier, member)
    assert coming_meetings(member)[0].dossiers == 0
