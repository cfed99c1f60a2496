"""What waits for whom about a certificate: signing up anew before it ends, and the end of a suspension."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate
from peerreview.certificates.queries.renewal import newest, renewed
from peerreview.certificates.standing import SUSPENDED_AT_MOST, end_of_term, sign_up_by
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, TODAY, Due, Hand, deadlines
from peerreview.organisations.models import Organisation

RENEW, SUSPENSION = "certificates.renew", "certificates.suspension"
C = CertificateState


def _ending() -> Question:
    return (
        select(
            Certificate.id, Certificate.ends_on, Certificate.renewal_announced_at, Certificate.organisation_id,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Certificate.organisation_id)
        .where(Certificate.renewal_announced_at.is_not(None), Certificate.state.in_((C.ACTIVE, C.SUSPENDED)))
        .where(Certificate.ends_on >= TODAY, newest(), ~renewed())
    )  # fmt: skip


def _suspended() -> Question:
    return (
        select(Certificate.id, Certificate.state_since, Organisation.name)
        .join(Organisation, Organisation.id == Certificate.organisation_id)
        .where(Certificate.state == C.SUSPENDED, Certificate.ends_on >= TODAY)
    )


ROLES = (Role.COORDINATOR.value, Role.EXECUTIVE.value, Role.SECRETARIAT.value)


@deadlines(RENEW, SUSPENSION, roles=ROLES, asks=(_ending, _suspended))
def certificates_waited_for(ending: Iterable[Any], suspended: Iterable[Any]) -> Iterator[Due]:
    """Each organisation that was told of the end and did not sign up anew, and each suspension to be decided on."""
    for id, ends_on, announced_at, organisation_id, name in ending:
        hands = tuple(Hand(role.value, organisation_id) for role in (Role.COORDINATOR, Role.EXECUTIVE))
        yield Due(
            RENEW, id, _l("Sign up for a new certificate"), sign_up_by(ends_on), hands, "/certificate/renewal",
            None, organisation_id, name, since=announced_at,
        )  # fmt: skip
    for id, since, name in suspended:
        day = end_of_term(clock.local(since).date(), SUSPENDED_AT_MOST)
        title = _l("Decide on the suspension of %(name)s", name=name)
        yield Due(SUSPENSION, id, title, day, OFFICE, f"/certificates/{id}", since=since)
