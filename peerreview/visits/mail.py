"""Letters about dates: the question when people can, a plan to answer, and invitations that follow each change."""

from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.core.access import Actor
from peerreview.impartiality.queries import Standing
from peerreview.matching.models import Exchange
from peerreview.visits import invitations, queries
from peerreview.visits.invitations import CANCEL, REQUEST, Attendee, Entry
from peerreview.visits.models import Visit, VisitPlan
from peerreview.visits.planning import slots_read

Words = Callable[[Person], tuple[str, list[str]]]


def _write(kind: str, people: Iterable[Person], words: Words, about: object, method: str = "") -> None:
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


# --- Calendar entries ------------------------------------------------------------------------------------------------


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


# --- The poll and the plan -------------------------------------------------------------------------------------------


def ask_for_dates(exchange: Exchange, visits: Sequence[Visit], people: dict[int, list[Person]]) -> None:
    """Ask everybody who goes on one of these visits when they can; `people` by visit."""
    link = outbox.address(f"/exchanges/{exchange.id}/dates")
    everybody = [person for visit in visits for person in people[visit.id]]

    def words(reader: Person) -> tuple[str, list[str]]:
        mine = [visit for visit in visits if reader.id in {person.id for person in people[visit.id]}]
        return _("When can you?"), [
            _("We are looking for a day for:") + "\n" + "\n".join(f"- {title_of(visit)}" for visit in mine),
            _("Mark the half-days on which you can, by %(day)s. It takes 5 minutes.", day=i18n.day(mine[0].poll_by)),
            link,
        ]

    _write("visit.poll", everybody, words, exchange)


def tell_all_answered(exchange: Exchange, coordinators: Iterable[Person]) -> None:
    """Tell the coordinators that the days can be chosen."""
    link = outbox.address(f"/exchanges/{exchange.id}/plan")

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Everybody has answered: choose the days"), [
            _("Everybody has marked when they can. Choose one of the best plans; the others then agree or say no."),
            link,
        ]

    _write("visit.all_answered", coordinators, words, exchange)


def _days_of(plan: VisitPlan, visits: Sequence[Visit]) -> str:
    slots = slots_read(plan.slots)
    return "\n".join(f"- {title_of(v)}: {i18n.day(slots[v.id].day)}" for v in visits if v.id in slots)


def propose_plan(
    plan: VisitPlan, exchange: Exchange, visits: Sequence[Visit], coordinators: Iterable[Person], *, by: Actor
) -> None:
    """Ask the coordinators of the other organisations whether these days are good."""
    link = outbox.address(f"/exchanges/{exchange.id}/plan")

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Do these days suit you?"), [
            _("%(name)s (%(organisation)s) proposes these days:", name=by.name, organisation=by.organisation_name)
            + "\n" + _days_of(plan, visits),
            _("Agree, or say why not. The visits are fixed as soon as every organisation has agreed."),
            link,
        ]  # fmt: skip

    _write("visit.plan_proposed", coordinators, words, plan)


def decline_plan(
    plan: VisitPlan,
    exchange: Exchange,
    visits: Sequence[Visit],
    coordinators: Iterable[Person],
    *,
    reason: str,
    by: Actor,
) -> None:
    """Tell all coordinators who said no, and why."""
    link = outbox.address(f"/exchanges/{exchange.id}/plan")

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("The proposed days do not suit everybody"), [
            _("%(name)s (%(organisation)s) said no to:", name=by.name, organisation=by.organisation_name)
            + "\n" + _days_of(plan, visits),
            _("The reason: %(reason)s", reason=reason),
            _("Choose another plan, or ask people to mark more days."),
            link,
        ]  # fmt: skip

    _write("visit.plan_declined", coordinators, words, plan)


# --- The visit itself ------------------------------------------------------------------------------------------------


def _facts(visit: Visit) -> str:
    return "\n".join(
        [
            _("Day: %(day)s", day=i18n.day(visit.starts_at, year=True)),
            _("Time: %(start)s – %(end)s", start=i18n.clock_time(visit.starts_at), end=i18n.clock_time(visit.ends_at)),
            _("Place: %(place)s", place=visit.location),
            _("Team: %(names)s", names=", ".join(member.person.name for member in visit.team)),
        ]
    )


def invite(visit: Visit) -> None:
    """Send everybody on the visit its calendar invitation."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("The day is fixed: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The invitation in this letter puts it in your calendar."),
            outbox.address(f"/visits/{visit.id}"),
        ]

    _write("visit.invitation", queries.people_on(visit), words, visit, REQUEST)


def tell_moved(visit: Visit, *, reason: str) -> None:
    """Tell everybody on the visit of its new day; calendars replace the old one."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Moved: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The reason: %(reason)s", reason=reason),
            _("The invitation in this letter replaces the old day in your calendar."),
            outbox.address(f"/visits/{visit.id}"),
        ]

    _write("visit.moved", queries.people_on(visit), words, visit, REQUEST)


def tell_cancelled(visit: Visit, *, reason: str) -> None:
    """Take a visit, which must still have its day, out of everybody's calendar."""

    def words(reader: Person) -> tuple[str, list[str]]:
        day = i18n.day(visit.starts_at, year=True)
        text = [_("The visit on %(day)s does not take place.", day=day)]
        if reason:
            text.append(_("The reason: %(reason)s", reason=reason))
        return _("Cancelled: %(title)s", title=title_of(visit)), [
            *text,
            _("The invitation in this letter takes it out of your calendar."),
        ]

    _write("visit.cancelled", queries.people_on(visit), words, visit, CANCEL)


# --- Conflicts of interest: for the secretariat alone -----------------------------------------------------------------


def tell_left_out(visit: Visit, standing: Sequence[Standing]) -> None:
    """Tell the secretariat that offered reviewers are not in the team, and which conflicts of interest are why."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Somebody is left out of the team: %(title)s", title=title_of(visit)), [
            _("A conflict of interest with the host keeps a reviewer out of the team. Nobody else is told. See why:"),
            _links(visit, standing),
        ]

    _write("visit.left_out", people_with(Role.SECRETARIAT), words, visit)


def tell_interests(visit: Visit, standing: Sequence[Standing]) -> None:
    """Tell the secretariat what stands in the way of a visit that has got its day, and did not when it was planned."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("A new conflict of interest: %(title)s", title=title_of(visit)), [
            _("Since this visit was planned, a conflict of interest came up. Nobody else is told. Look at it:"),
            _links(visit, standing),
        ]

    _write("visit.interests", people_with(Role.SECRETARIAT), words, visit)


def _links(visit: Visit, standing: Sequence[Standing]) -> str:
    conflicts = [outbox.address(f"/impartiality/{one.conflict_id}") for one in standing]
    return "\n".join([*conflicts, outbox.address(f"/visits/{visit.id}")])
