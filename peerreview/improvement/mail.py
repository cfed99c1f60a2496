"""Letters about the improvement plan: to the organisation that makes it and to the secretariat that checks it."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.core.access import Actor
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of

Words = Callable[[str], tuple[str, str]]


def _write(trajectory: Trajectory, kind: str, people: Iterable[Person], words: Words, path: str) -> int:
    """One letter for each reader, in their language; `words` gives subject and text for the organisation's name."""
    name, link = organisation_of(trajectory).name, outbox.address(path)
    readers = {person.id: person for person in people}.values()
    for person in readers:
        with i18n.speaking(person.language):
            subject, text = words(name)
            parts = [_("Dear %(name)s,", name=person.name), text, _("You find it here: %(link)s", link=link)]
            outbox.queue(
                f"plan.{kind}", to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(parts) + "\n", about=trajectory,
            )  # fmt: skip
    return len(readers)


def ask_signature(trajectory: Trajectory, *, by: Actor) -> int:
    """Ask every executive to sign; the number of letters."""
    executives = people_with(Role.EXECUTIVE, trajectory.organisation_id)
    return _write(
        trajectory,
        "signature_asked",
        executives,
        lambda name: (
            _("Please sign the improvement plan of %(name)s", name=name),
            _("%(who)s has finished the improvement plan. Read it and sign it. That takes 5 minutes.", who=by.name),
        ),
        f"/trajectories/{trajectory.id}/plan",
    )


def tell_signed(trajectory: Trajectory, *, by: Actor) -> None:
    """Tell the secretariat that a trajectory can be checked, and the coordinators that the plan was signed."""

    def words(name: str) -> tuple[str, str]:
        return (
            _("%(name)s signed the improvement plan", name=name),
            _(
                "%(who)s signed the improvement plan of %(name)s. The secretariat now checks if all is there.",
                who=by.name,
                name=name,
            ),
        )

    _write(trajectory, "signed", people_with(Role.SECRETARIAT), words, f"/trajectories-to-check/{trajectory.id}")
    coordinators = people_with(Role.COORDINATOR, trajectory.organisation_id)
    _write(trajectory, "signed", coordinators, words, f"/trajectories/{trajectory.id}/plan")


def tell_asked_back(trajectory: Trajectory, *, reason: str) -> None:
    """Tell coordinators and executives what is still missing."""
    people = [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, trajectory.organisation_id)]
    _write(
        trajectory,
        "asked_back",
        people,
        lambda name: (
            _("Something is still missing in the dossier of %(name)s", name=name),
            _("The secretariat checked your dossier and asks you for this:")
            + f"\n{reason}\n\n"
            + _("Change the plan by %(day)s and let the executive sign it again.", day=i18n.day(trajectory.due_on)),
        ),
        f"/trajectories/{trajectory.id}/plan",
    )
