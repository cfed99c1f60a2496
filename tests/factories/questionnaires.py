"""A questionnaire of clients with one statement per norm and one open question, and filled-in sheets."""

from datetime import timedelta
from itertools import count

from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.queries import outline_of
from peerreview.questionnaires import services
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.asking import OwnQuestion, questions_of
from peerreview.questionnaires.lifecycle import Audience, Channel
from peerreview.questionnaires.models import Questionnaire, Response
from peerreview.trajectories.models import Trajectory
from tests.factories.selfevaluations import make_self_evaluation

_key = count(1)


def make_questionnaire(
    trajectory: Trajectory | None = None,
    audience: Audience = Audience.CLIENTS,
    *,
    closed: bool = False,
    **fields: object,
) -> Questionnaire:
    """Open since today for three weeks; `closed` counts it at once. The trajectory has a self-evaluation."""
    if trajectory is None:
        evaluation = make_self_evaluation()
        trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    outline, today = outline_of(trajectory.framework_version_id), clock.today()
    own = [OwnQuestion("Wat moet blijven?", "What should stay?", outline.norms[0].id)]
    values: dict[str, object] = {
        "trajectory_id": trajectory.id, "audience": audience, "token": f"link-{next(_key)}-{audience}".ljust(30, "x"),
        "questions": questions_of([norm.id for norm in outline.norms], own, outline), "opens_on": today,
        "closes_on": today + timedelta(days=21), "made_at": clock.now(), "closed_at": clock.now() if closed else None,
    }  # fmt: skip
    made = Questionnaire(**(values | fields))
    with unit_of_work():
        db.session.add(made)
        db.session.flush()
    return made


def asked(made: Questionnaire) -> Asked:
    """The list as services want it, read anew."""
    again = db.session.get_one(Questionnaire, made.id, populate_existing=True)
    return Asked(db.session.get_one(Trajectory, again.trajectory_id), again.audience, again)


def fill_in(
    made: Questionnaire, times: int = 1, *, stance: str = "agree", text: str = "", channel: Channel = Channel.WEB
) -> None:
    """So many people answer: every statement alike, and the open question when there is a text (numbered)."""
    for _time in range(times):
        n = next(_key)
        answers = {q["id"]: stance if q["kind"] == "scale" else text and f"{text} {n}" for q in made.questions}
        if channel == Channel.WEB:
            services.answer(made.token, answers=answers, language="nl", client_key=f"key{n}")
        else:
            services.type_sheet(asked(made), answers=answers, language="nl", client_key=f"key{n}")


def close(made: Questionnaire) -> None:
    services.close(asked(made), by=SYSTEM)


def make_responses(made: Questionnaire, times: int, channel: Channel = Channel.WEB) -> None:
    """So many answers, all alike, as they stand in the database: also where none can come in any longer."""
    with unit_of_work():
        for _time in range(times):
            n = next(_key)
            db.session.add(
                Response(
                    id=n,
                    questionnaire_id=made.id,
                    client_key=f"made{n}",
                    answers={"q1": "agree"},
                    channel=channel,
                    received_on=clock.today(),
                )
            )
