"""What clients and volunteers of Lindenhof said: twelve clients, whose answers show, and four volunteers, who stay unseen."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.frameworks.queries import outline_of
from peerreview.organisations.models import Organisation
from peerreview.questionnaires import services
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.asking import OwnQuestion
from peerreview.questionnaires.lifecycle import Audience, Stance
from peerreview.questionnaires.models import Questionnaire
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

Texts = dict[str, tuple[str, str]]  # (Dutch, English) by the code of a norm

CLIENTS: Texts = {
    "V1": ("Ik krijg de tijd om mijn verhaal te doen.", "I get the time to tell my story."),
    "V4": ("Ik beslis zelf wat er gebeurt.", "I decide myself what happens."),
    "D1": ("Ik hoef mijn verhaal maar één keer te vertellen.", "I have to tell my story only once."),
    "D12": ("Er gaat iemand met me mee als ik vastloop.", "Somebody comes along when I get stuck."),
    "D13": ("Ik weet waar ik terechtkan met een klacht.", "I know where to go with a complaint."),
    "O6": ("Ik kan de brieven en de website goed begrijpen.", "I understand the letters and the website well."),
}
VOLUNTEERS: Texts = {
    "V8": ("Mij wordt gevraagd wat ik goed kan.", "People ask me what I am good at."),
    "O5": ("Ik weet wie ik bel als het misgaat.", "I know whom to call when something goes wrong."),
    "O9": ("Ik heb een vaste begeleider.", "There is one person who guides me."),
}
SAID = (
    "Dat er altijd koffie is en iemand die luistert.", "De dinsdagochtend in het buurthuis.",
    "Ze bellen terug als ze dat beloven.", "De hulp met formulieren.", "Dat ik mag meedenken over het plan.",
    "Het spreekuur zonder afspraak.", "Gewone woorden, geen moeilijke brieven.",
)  # fmt: skip
LIKELY = (Stance.FULLY,) * 4 + (Stance.AGREE,) * 5 + (Stance.DISAGREE,) * 2 + (Stance.NOT_AT_ALL, Stance.UNKNOWN)


def make_questionnaires(host: Organisation, random: Random) -> None:
    """Ask the clients and the volunteers of this organisation, as it writes its self-evaluation."""
    of_host = (Trajectory.organisation_id == host.id) & (Trajectory.state == TrajectoryState.SELF_EVALUATING)
    named = select(Trajectory).where(of_host).options(joinedload(Trajectory.organisation)).order_by(Trajectory.id)
    trajectory = db.session.scalars(named).first()
    if trajectory is None:
        return
    clients = _make(trajectory, Audience.CLIENTS, CLIENTS, [OwnQuestion("Wat moet blijven?", "What should stay?")])
    if clients is not None:
        _answer(clients, 12, SAID, random)
        services.close(Asked(trajectory, Audience.CLIENTS, clients), by=SYSTEM)
    volunteers = _make(trajectory, Audience.VOLUNTEERS, VOLUNTEERS, [])
    if volunteers is not None:
        _answer(volunteers, 4, (), random)


def _make(trajectory: Trajectory, audience: Audience, texts: Texts, own: Sequence[OwnQuestion]) -> Questionnaire | None:
    """Its words are given while it can still change; then its first day is today."""
    outline, today = outline_of(trajectory.framework_version_id), clock.today()
    codes = {norm.id: norm.code for norm in outline.norms if norm.code in texts}
    if not codes:
        return None
    chosen: dict[str, Any] = {
        "norm_ids": list(codes), "own": own, "closes_on": today + timedelta(days=16), "by": SYSTEM,
        "introduction": "We willen graag weten hoe het voor jou is. Met je antwoorden maken we ons werk beter.",
    }  # fmt: skip
    made = services.set_questions(Asked(trajectory, audience), opens_on=today + timedelta(days=1), version=0, **chosen)
    words = {q["id"]: texts[codes[q["norm_id"]]] for q in made.questions if q["norm_id"] in codes}
    words |= {q["id"]: (q["text"]["nl"], q["text"]["en"]) for q in made.questions if q["id"] not in words}
    services.reword(Asked(trajectory, audience, made), texts=words, version=made.version, by=SYSTEM)
    db.session.flush()
    return services.set_questions(Asked(trajectory, audience, made), opens_on=today, version=made.version, **chosen)


def _answer(made: Questionnaire, people: int, said: Sequence[str], random: Random) -> None:
    for n in range(people):
        answers = {q["id"]: str(random.choice(LIKELY)) for q in made.questions if q["kind"] == "scale"}
        answers |= {q["id"]: said[n] for q in made.questions if q["kind"] == "open" and n < len(said)}
        services.answer(made.token, answers=answers, language="nl", client_key=f"demo-{n}")
