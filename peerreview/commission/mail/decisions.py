"""Letters to organisations about their dossier, and about what the commission decided."""

from collections.abc import Iterable

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.commission.mail.writing import write
from peerreview.commission.models import Decision
from peerreview.commission.queries.letters import letter_words
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


def send_decision(decision: Decision, readers: Iterable[Person]) -> int:
    """Send the decision to its readers; the number of letters. Its names must be loaded."""
    return write(
        "decision.letter", readers, lambda: letter_words(decision),
        path=f"/decisions/{decision.id}", about=decision,
    )  # fmt: skip
