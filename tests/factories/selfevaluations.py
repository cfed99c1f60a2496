"""A self-evaluation with an empty answer for every norm, or filled."""

from sqlalchemy import select

from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.selfevaluations import services
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation
from peerreview.trajectories.models import Trajectory
from tests.factories.trajectories import make_trajectory

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def make_self_evaluation(trajectory: Trajectory | None = None, *, filled: bool = False) -> SelfEvaluation:
    """Begun for this trajectory (by default a new one that is self-evaluating); `filled` answers every norm and question."""
    evaluation = services.begin(trajectory or make_trajectory())
    if filled:
        with unit_of_work():
            for answer in answers_of(evaluation):
                answer.story, answer.rating = f"Verhaal {answer.norm_id}.", OwnRating.COMPLIES
            answer_questions(evaluation)
    return evaluation


def answer_questions(evaluation: SelfEvaluation) -> None:
    """Something about each of the five questions."""
    with unit_of_work():
        for reflection in services.begin_reflections(evaluation):
            reflection.text = f"Antwoord op {reflection.question}."


def answers_of(evaluation: SelfEvaluation) -> list[Answer]:
    """Its answers in the order in which they were made."""
    return list(
        db.session.scalars(select(Answer).where(Answer.self_evaluation_id == evaluation.id).order_by(Answer.id))
    )


def make_evidence(evaluation: SelfEvaluation, *, norm_ids: tuple[int, ...] = (), name: str = "Verslag.pdf") -> Evidence:
    """A small PDF beside these norms."""
    return services.add_evidence(evaluation, file_name=name, content=PDF + name.encode(), norm_ids=norm_ids, by=SYSTEM)
