"""How a letter about visits is written, and a visit as a calendar entry."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import i18n, outbox
from peerreview.visits.hours import hours_by_day
from peerreview.visits.invitations import Attendee, Entry
from peerreview.visits.models import Visit

Words = Callable[[Person], tuple[str, list[str]]]


def write(kind: str, people: Iterable[Person], words: Words, about: object) -> None:
    """One letter for each person, in their language: `words` gives the subject and the paragraphs."""
    for person in {person.id: person for person in people}.values():
        with i18n.speaking(person.language):
            subject, paragraphs = words(person)
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), *paragraphs]) + "\n",
                about=about,
            )  # fmt: skip


def hours_lines(hours: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """Each day of a visit with its hours, a line each."""
    return [
        _("%(day)s: %(start)s – %(end)s", day=i18n.day(start, year=True), start=i18n.clock_time(start),
          end=i18n.clock_time(end))
        for start, end in hours
    ]  # fmt: skip


def organiser() -> Attendee:
    """In whose name invitations go out: the address that letters come from."""
    return Attendee(*outbox.sender())


def title_of(visit: Visit) -> str:
    """What a calendar shows, in the language now spoken."""
    reviewing, host = visit.reviewing.organisation.name, visit.host.organisation.name
    return str(_("%(reviewing)s visits %(host)s", reviewing=reviewing, host=host))


def entry_of(
    visit: Visit,
    *,
    attendees: tuple[Attendee, ...] = (),
    cancelled: bool = False,
    changed_at: datetime | None = None,
) -> Entry:
    """A visit that has a day as a calendar entry in the language now spoken; `changed_at`: else when its state did."""
    if visit.starts_at is None or visit.ends_at is None:
        raise ValueError("a visit without a day has no calendar entry")
    lead = next((member.person.name for member in visit.team if member.lead), "")
    team = ", ".join(member.person.name for member in visit.team)
    link = outbox.address(f"/visits/{visit.id}")
    lines = [_("Team: %(names)s", names=team), _("Lead reviewer: %(name)s", name=lead), link]
    hours = hours_by_day(visit.starts_at, visit.ends_at)
    if len(hours) > 1:
        lines = [*hours_lines(hours), *lines]
    return Entry(
        uid=visit.uid,
        sequence=visit.sequence,
        changed_at=changed_at or visit.state_since,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        title=title_of(visit),
        location=visit.location,
        description="\n".join(lines),
        url=link,
        attendees=attendees,
        cancelled=cancelled,
    )
