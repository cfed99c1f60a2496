"""Which report waits for whom: its team, the host, or the lead reviewer."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import BlindRating, FactCheckAnswer, Finding, Review
from peerreview.reviews.queries.ratings import IN
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember, Visit

DRAFT, FACT_CHECK, CORRECT = "reviews.draft", "reviews.fact_check", "reviews.correct"
DELIVER, ADVISE = "reviews.deliver", "reviews.advise"
ARRIVES_WITHIN = timedelta(days=1)  # a report that nobody got by then is for the secretariat to bring
COORDINATOR, REVIEWER = Role.COORDINATOR.value, Role.REVIEWER.value
R = ReviewState
ASKED_ABOUT = (FactAnswer.ERROR, FactAnswer.COMMENT)


def _teams() -> Question:
    """A row for each of the team of each report with a day."""
    host, reviewing = aliased(Trajectory), aliased(Trajectory)
    host_name, team_name = aliased(Organisation), aliased(Organisation)
    norms = select(func.count()).where(Finding.review_id == Review.id).correlate(Review).scalar_subquery()
    mine = and_(BlindRating.review_id == Review.id, BlindRating.person_id == TeamMember.person_id)
    rated = select(func.count()).where(mine, IN).correlate(Review, TeamMember).scalar_subquery()
    unread = (
        select(func.count())
        .select_from(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == Review.id, FactCheckAnswer.state == Verdict.PENDING)
        .where(FactCheckAnswer.advice.is_(None), FactCheckAnswer.answer.in_(ASKED_ABOUT))
        .correlate(Review)
        .scalar_subquery()
    )
    return (
        select(
            Review.id.label("review_id"), TeamMember.id, Review.state, Review.state_since, Review.due_on,
            Review.delivered_at, Review.second_reader_id, unread.label("unread"),
            TeamMember.person_id, TeamMember.lead, norms.label("norms"), rated.label("rated"), host.round_id,
            host.id.label("host_id"), host.organisation_id.label("host_organisation"), host_name.name.label("host"),
            reviewing.organisation_id.label("team_organisation"), team_name.name.label("team"),
        )
        .join(Visit, Visit.id == Review.visit_id)
        .join(TeamMember, TeamMember.visit_id == Visit.id)
        .join(host, host.id == Visit.host_id)
        .join(reviewing, reviewing.id == Visit.reviewing_id)
        .join(host_name, host_name.id == host.organisation_id)
        .join(team_name, team_name.id == reviewing.organisation_id)
        .where(Review.state.in_((R.RATING, R.CONSENSUS, R.RELEASED, R.FACT_CHECKED)), Review.due_on.is_not(None))
    )  # fmt: skip


@deadlines(
    DRAFT, FACT_CHECK, CORRECT, DELIVER, ADVISE,
    roles=(COORDINATOR, REVIEWER, Role.SECRETARIAT.value),
    asks=(_teams,),
)  # fmt: skip
def reports_waited_for(teams: Iterable[Any]) -> Iterator[Due]:
    """Each report with a day: its team writes it, the host says whether it is right, the lead answers that.

    While everybody rates alone it waits for those who did not rate every norm; when all did, for the lead. A report that
    did not arrive is for the secretariat to bring. A second reader who was asked reads the host's answers before the lead.
    """
    for _review_id, team in groupby(teams, key=lambda row: row.review_id):
        rows = list(team)
        yield _due(rows)
        if rows[0].state == R.FACT_CHECKED and rows[0].second_reader_id is not None and rows[0].unread:
            yield _advice(rows[0])


def _advice(one: Any) -> Due:
    return Due(
        ADVISE, one.review_id, _l("Read what %(name)s says about your report", name=one.host), one.due_on,
        (Hand(REVIEWER, one.team_organisation, one.second_reader_id),), f"/reviews/{one.review_id}/report", one.round_id,
        one.team_organisation, one.team, one.host_id, since=one.state_since,
    )  # fmt: skip


def _due(rows: list[Any]) -> Due:
    one = rows[0]
    if one.state == R.RELEASED and one.delivered_at is None and one.state_since < clock.now() - ARRIVES_WITHIN:
        return Due(
            DELIVER, one.review_id, _l("Bring the report to %(name)s: no letter arrived", name=one.host),
            clock.local(one.state_since + ARRIVES_WITHIN).date(), OFFICE, f"/reviews/{one.review_id}", one.round_id,
            trajectory_id=one.host_id, since=one.state_since,
        )  # fmt: skip
    if one.state == R.RELEASED:
        return Due(
            FACT_CHECK, one.review_id, _l("Say whether the report of %(name)s is right", name=one.team), one.due_on,
            (Hand(COORDINATOR, one.host_organisation),), f"/reviews/{one.review_id}/report", one.round_id,
            one.host_organisation, one.host, one.host_id, since=one.state_since,
        )  # fmt: skip
    leads = [row.person_id for row in rows if row.lead]
    everybody = [row.person_id for row in rows]
    rating = [row.person_id for row in rows if row.rated < row.norms]
    people = {R.RATING: rating or leads, R.CONSENSUS: everybody, R.FACT_CHECKED: leads}[one.state]
    correct = one.state == R.FACT_CHECKED
    title = (
        _l("Answer what %(name)s says about your report", name=one.host)
        if correct
        else _l("Write the report about %(name)s", name=one.host)
    )
    return Due(
        CORRECT if correct else DRAFT, one.review_id, title, one.due_on,
        tuple(Hand(REVIEWER, one.team_organisation, person) for person in people), f"/reviews/{one.review_id}",
        one.round_id, one.team_organisation, one.team, one.host_id, since=one.state_since,
    )  # fmt: skip
