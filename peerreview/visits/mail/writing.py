"""How a letter about visits is written, with the calendar entry that it may carry."""

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import i18n, outbox
from peerreview.visits import invitations
from peerreview.visits.invitations import CANCEL, Attendee, Entry
from peerreview.visits.models import Visit

Words = Callable[[Person], tuple[str, list[str]]]


def write(kind: str, people: Iterable[Person], words: Words, about: object, method: str = "") -> None:
    """One letter for each person, in their language: `words` gives the subject and the paragraphs.

    With a method (REQUEST, CANCEL) the letter about a visit carries it as a calendar entry.
    """
    readers = list({person.id: person for person in people}.values())
    for person in readers:
        with i18n.speaking(person.language):
            subject, paragraphs = words(person)
            attachments = []
            if method and isinstance(about, Visit):
                entry = entry_of(about, people=readers, cancelled=method == CANCEL)
                attachments = [invitations.attachment(entry, method=method, organiser=organiser())]
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), *paragraphs]) + "\n",
                about=about, attachments=attachments,
            )  # fmt: skip


def organiser() -> Attendee:
    """In whose name invitations go out: the address that letters come from."""
    return Attendee(*outbox.sender())


def title_of(visit: Visit) -> str:
    """What a calendar shows, in the language now spoken."""
    reviewing, host = visit.reviewing.organisation.name, visit.host.organisation.name
    return str(_("%(reviewing)s visits %(host)s", reviewing=reviewing, host=host))


def entry_of(visit: Visit, *, people: Sequence[Person] = (), cancelled: bool = False) -> Entry:
    """A visit that has a day as a calendar entry in the language now spoken; `people` are the attendees."""
    if visit.starts_at is None or visit.ends_at is None:
        raise ValueError("a visit without a day has no calendar entry")
    lead = next((member.person.name for member in visit.team if member.lead), "")
    team = ", ".join(member.person.name for member in visit.team)
    link = outbox.address(f"/visits/{visit.id}")
    lines = [_("Team: %(names)s", names=team), _("Lead reviewer: %(name)s", name=lead), link]
    return Entry(
        uid=visit.uid,
        sequence=visit.sequence,
        changed_at=visit.state_since,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        title=title_of(visit),
        location=visit.location,
        description="\n".join(lines),
        url=link,
        attendees=tuple(Attendee(person.name, person.email) for person in people),
        cancelled=cancelled,
    )
