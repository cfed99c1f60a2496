"""Lists of questions and what people answered, for whom they are visible. Answers leave here only by the rule of
disclosure.py: no other function reads them.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.questionnaires import disclosure, policy
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.disclosure import Line, Results, Sheet
from peerreview.questionnaires.lifecycle import Audience, Channel
from peerreview.questionnaires.models import Questionnaire, Response
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.queries import reviewing
from peerreview.trajectories.models import Trajectory


def trajectory_for(actor: Actor, trajectory_id: int) -> Trajectory | None:
    """A trajectory whose self-evaluation was begun, with organisation and round; None for who may not know of it."""
    trajectory = db.session.scalars(
        select(Trajectory)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .where(Trajectory.id == trajectory_id)
        .options(joinedload(Trajectory.organisation), joinedload(Trajectory.round))
    ).one_or_none()
    return trajectory if trajectory and _may_know(actor, trajectory) else None


def _may_know(actor: Actor, trajectory: Trajectory) -> bool:
    return policy.may_know(actor, trajectory, reviewing(actor, trajectory.id))


def audience_for(actor: Actor, trajectory_id: int, audience: str) -> Asked | None:
    """An audience of this trajectory, also while it has no list yet; None for who may not know of the trajectory."""
    trajectory = trajectory_for(actor, trajectory_id)
    if trajectory is None:
        return None
    return Asked(trajectory, Audience(audience), _list_of(trajectory.id, Audience(audience)))


def _list_of(trajectory_id: int, audience: Audience) -> Questionnaire | None:
    of_it = (Questionnaire.trajectory_id == trajectory_id) & (Questionnaire.audience == audience)
    return db.session.scalars(select(Questionnaire).where(of_it)).one_or_none()


def questionnaire_for(actor: Actor, trajectory_id: int, audience: str) -> Asked | None:
    """A list that there is. Who is not of the host knows only of one whose answers may be seen."""
    asked = audience_for(actor, trajectory_id, audience)
    if asked is None or asked.questionnaire is None:
        return None
    if policy.is_host(actor, asked.trajectory) or results_of(asked.questionnaire):
        return asked
    return None


def lists_seen_by(actor: Actor, trajectory: Trajectory) -> list[tuple[Asked, Results | None]]:
    """For the host every audience; for others those of which answers may be seen. At most two queries."""
    of_it = select(Questionnaire).where(Questionnaire.trajectory_id == trajectory.id)
    made = {row.audience: row for row in db.session.scalars(of_it)}
    counted = _results(list(made.values()))
    every = [(Asked(trajectory, audience, made.get(audience)), counted.get(audience)) for audience in Audience]
    return every if policy.is_host(actor, trajectory) else [pair for pair in every if pair[1]]


def results_of(questionnaire: Questionnaire) -> Results | None:
    """What may be seen of the answers; None while the list is not closed, or when too few answered."""
    return _results([questionnaire]).get(questionnaire.audience)


def _results(lists: list[Questionnaire]) -> dict[Audience, Results]:
    closed = [one for one in lists if one.closed_at is not None]
    if not closed:
        return {}
    rows = db.session.execute(
        select(Response.questionnaire_id, Response.id, Response.channel, Response.answers)
        .where(Response.questionnaire_id.in_([one.id for one in closed]))
        .order_by(Response.id)
    )
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    for list_id, id, channel, answers in rows:
        sheets[list_id].append(Sheet(id, channel, answers))
    counted = {one.audience: disclosure.results(one.questions, sheets[one.id]) for one in closed}
    return {audience: found for audience, found in counted.items() if found}


def so_far(questionnaire: Questionnaire) -> dict[Channel, int]:
    """How many answered at least, before the closing: 0 (fewer than five), 5, 10 ... by link and on paper. One query."""
    counted = (
        select(Response.channel, func.count().label("people"))
        .where(Response.questionnaire_id == questionnaire.id)
        .group_by(Response.channel)
    )
    found = {row.channel: row.people for row in db.session.execute(counted)}
    return {channel: disclosure.at_least(found.get(channel, 0)) for channel in Channel}


@dataclass(frozen=True, slots=True)
class Said:
    """What one audience said to one question."""

    audience: Audience
    line: Line


def what_people_said(trajectory_id: int) -> dict[int | None, list[Said]]:
    """What clients, volunteers and partners said, by the norm that it is about (None: about no norm).

    Only what may be shown: nothing before a list is closed, nothing below five. One query, two when lists were closed.
    Ask `policy.may_know` first.
    """
    closed = select(Questionnaire).where(
        Questionnaire.trajectory_id == trajectory_id, Questionnaire.closed_at.is_not(None)
    )
    counted = _results(list(db.session.scalars(closed)))
    said: dict[int | None, list[Said]] = defaultdict(list)
    for audience in Audience:
        for line in counted[audience].lines if audience in counted else ():
            if line.people:
                said[line.question["norm_id"]].append(Said(audience, line))
    return dict(said)


def said_to(actor: Actor, trajectory: Trajectory, norm_id: int) -> list[Said]:
    """What people said about one norm, for this reader; nothing for who may not read it."""
    return what_people_said(trajectory.id).get(norm_id, []) if _may_know(actor, trajectory) else []


def asked_with(token: str, *, lock: bool = False) -> Asked | None:
    """The list behind a link, in capitals or not; None for one that is nobody's. `lock`: nobody closes it meanwhile."""
    found = select(Questionnaire).where(Questionnaire.token == token.lower())
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    questionnaire = db.session.scalars(found).one_or_none()
    if questionnaire is None:
        return None
    named = select(Trajectory).where(Trajectory.id == questionnaire.trajectory_id)
    trajectory = db.session.scalars(named.options(joinedload(Trajectory.organisation))).one()
    return Asked(trajectory, questionnaire.audience, questionnaire)
