"""What the people of Lindenhof say to each other about the norms that a colleague writes, and their first of five answers."""

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.demo import stories
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations import queries, services
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

REMARKS = ("Noem ook de signalenkaart.", "Heb je hier een voorbeeld van dit jaar bij?")
BEGUN = "Elke dinsdag drinken we koffie met de wijkverpleegkundige. Zo hoorden we dat drie bewoners niet meer kwamen."


def make_talk(host: Organisation) -> None:
    """Two remarks about the norms of the contributor, one of them with a text begun, and one of the five questions."""
    of_host = Trajectory.organisation_id == host.id, Trajectory.state == TrajectoryState.SELF_EVALUATING
    evaluation = db.session.scalars(select(SelfEvaluation).join(Trajectory).where(*of_host)).first()
    if evaluation is None:
        return
    executive, coordinator = _actor(Role.EXECUTIVE, host), _actor(Role.COORDINATOR, host)
    given = select(Answer).where(Answer.self_evaluation_id == evaluation.id, Answer.assigned_to_id.is_not(None))
    for n, answer in enumerate(db.session.scalars(given.order_by(Answer.id).limit(2)).all()):
        if not n and answer.assigned_to_id:
            writer = _actor(Role.CONTRIBUTOR, host)
            services.save_answer(answer, story=BEGUN, rating=answer.rating, version=answer.version, by=writer)
        services.write_remark(answer, text=REMARKS[n], by=(executive, coordinator)[n])
    services.begin_reflections(evaluation)
    well = queries.reflections_of(evaluation.id)[Question.WELL]
    services.save_reflection(well, text=stories.WHOLE[Question.WELL][0], version=well.version, by=coordinator)


def _actor(role: Role, host: Organisation) -> Actor:
    person = people_with(role, host.id)[0]
    return Actor(person.id, person.name, role, host.id, host.name, email=person.email)
