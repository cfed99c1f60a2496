"""Letters to organisations about their dossier, and about what the commission decided."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.mail.writing import write
from peerreview.commission.models import Decision
from peerreview.commission.queries.letters import appeal_until, outcome_sentence
from peerreview.core import i18n
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of


def _signers(trajectory: Trajectory) -> list[Person]:
    return [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, trajectory.organisation_id)]


def tell_forwarded(trajectory: Trajectory) -> None:
    """Tell coordinators and executives that the commission reads their dossier."""
    name = organisation_of(trajectory).name
    write(
        "dossier.forwarded",
        _signers(trajectory),
        lambda: (
            _("Your dossier goes to the commission"),
            _("The dossier of %(name)s is complete. The commission reads it and decides at a meeting.", name=name)
            + " "
            + _("You need not do anything now. You get a letter after the decision."),
        ),
        path=f"/trajectories/{trajectory.id}",
        about=trajectory,
    )


def send_decision(decision: Decision) -> int:
    """Send the decision to coordinators and executives; the number of letters. Its dossier must be loaded."""
    trajectory = decision.dossier.trajectory

    def words() -> tuple[str, str]:
        text = [outcome_sentence(decision), _("In the letter you read why, and what happens next.")]
        if decision.outcome != Outcome.GRANTED:
            text.append(_("You can object until %(day)s.", day=i18n.day(appeal_until(decision))))
        return _("The decision about your quality label"), " ".join(text)

    return write("decision.letter", _signers(trajectory), words, path=f"/decisions/{decision.id}", about=decision)
