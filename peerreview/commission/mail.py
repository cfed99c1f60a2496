"""Letters of the commission: invitations to its members, and to organisations what became of their dossier.

No letter to members names a dossier: a recused member gets the same words as everybody.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision, Meeting
from peerreview.commission.queries.letters import appeal_until, outcome_sentence
from peerreview.commission.queries.recusal import members_now
from peerreview.core import i18n, outbox
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of

Words = Callable[[], tuple[str, str]]


def _write(kind: str, people: Iterable[Person], words: Words, *, path: str, about: Any) -> int:
    """One letter for each reader, in their language; the number of letters."""
    readers = {person.id: person for person in people}.values()
    for person in readers:
        with i18n.speaking(person.language):
            subject, text = words()
            link = _("You find it here: %(link)s", link=outbox.address(path))
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), text, link]) + "\n", about=about,
            )  # fmt: skip
    return len(readers)


def _signers(trajectory: Trajectory) -> list[Person]:
    return [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, trajectory.organisation_id)]


def invite(meeting: Meeting) -> int:
    """Invite every member of the commission; the number of letters."""

    def words() -> tuple[str, str]:
        day, time = i18n.day(meeting.starts_at), i18n.clock_time(meeting.starts_at)
        return (
            _("The commission meets on %(day)s", day=day),
            _("You are invited to the meeting on %(day)s at %(time)s.", day=day, time=time)
            + (" " + _("Place: %(place)s.", place=meeting.place) if meeting.place else "")
            + " "
            + _("Please read the dossiers and tell before the meeting whether you have an interest in one."),
        )

    return _write("meeting.invite", members_now(), words, path=f"/meetings/{meeting.id}", about=meeting)


def tell_meeting(meeting: Meeting, kind: str, *, reason: str = "") -> None:
    """Tell the members that were invited: the meeting was 'moved' or 'cancelled'."""

    def words() -> tuple[str, str]:
        day, time = i18n.day(meeting.starts_at), i18n.clock_time(meeting.starts_at)
        if kind == "moved":
            text = _("The meeting of the commission is now on %(day)s at %(time)s.", day=day, time=time)
            if meeting.place:
                text += " " + _("Place: %(place)s.", place=meeting.place)
            return _("The meeting of the commission has changed"), text
        text = _("The meeting of %(day)s does not take place.", day=day)
        return _("The meeting of %(day)s is cancelled", day=day), text + (f"\n\n{reason}" if reason else "")

    _write(f"meeting.{kind}", members_now(), words, path=f"/meetings/{meeting.id}", about=meeting)


def tell_forwarded(trajectory: Trajectory) -> None:
    """Tell coordinators and executives that the commission reads their dossier."""
    name = organisation_of(trajectory).name
    _write(
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

    return _write("decision.letter", _signers(trajectory), words, path=f"/decisions/{decision.id}", about=decision)
