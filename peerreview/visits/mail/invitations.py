"""Invitations by mail, and their end: each letter carries the calendar entry and, when an answer is asked, its link."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import clock, i18n, outbox
from peerreview.visits import invitations, queries
from peerreview.visits.hours import hours_by_day
from peerreview.visits.invitations import CANCEL, REQUEST, Attendee
from peerreview.visits.lifecycle import Coming
from peerreview.visits.mail.writing import Words, entry_of, hours_lines, organiser, title_of, write
from peerreview.visits.models import Invitee, Visit

PARTSTAT = {
    Coming.WAITING: "NEEDS-ACTION",
    Coming.ACCEPTED: "ACCEPTED",
    Coming.TENTATIVE: "TENTATIVE",
    Coming.DECLINED: "DECLINED",
}
Tokens = Mapping[int, str]  # by person: what their letter's link carries


def invite(visit: Visit, invitees: Sequence[Invitee], tokens: Tokens, optional: frozenset[int]) -> None:
    """Send the invitation to those with a token; `optional` are the people who go along without judging."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("The day is fixed: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The invitation in this letter puts it in your calendar."),
            *_ask(tokens[reader.id]),
            outbox.address(f"/visits/{visit.id}"),
        ]

    _request("visit.invitation", visit, invitees, tokens, optional, words)


def tell_moved(
    visit: Visit, invitees: Sequence[Invitee], tokens: Tokens, optional: frozenset[int], *, reason: str
) -> None:
    """Tell everybody on the visit of its new day; calendars replace the old one."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Moved: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The reason: %(reason)s", reason=reason),
            _("The invitation in this letter replaces the old day in your calendar."),
            *_ask(tokens[reader.id]),
            outbox.address(f"/visits/{visit.id}"),
        ]

    _request("visit.moved", visit, invitees, tokens, optional, words)


def tell_team_changed(visit: Visit, invitees: Sequence[Invitee], tokens: Tokens, optional: frozenset[int]) -> None:
    """Tell those who stay that others are on the visit now; day and place are the same."""
    answers = {invitee.person_id: invitee.answer for invitee in invitees}

    def words(reader: Person) -> tuple[str, list[str]]:
        waits = answers[reader.id] == Coming.WAITING
        again = _("Did your answer change? Say so here, without signing in (this link works once):")
        return _("Other people are on the visit: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("Day and place stay the same. The invitation in this letter replaces the one in your calendar."),
            *(_ask(tokens[reader.id]) if waits else [again + "\n" + _link(tokens[reader.id])]),
            outbox.address(f"/visits/{visit.id}"),
        ]

    _request("visit.team_changed", visit, invitees, tokens, optional, words)


def take_back(visit: Visit, leavers: Sequence[Invitee]) -> None:
    """Take the visit out of the calendars of who is no longer on it, at the address that got the invitation."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("You no longer go: %(title)s", title=title_of(visit)), [
            _("You are no longer on this visit. You do not have to do anything."),
            _("The invitation in this letter takes it out of your calendar."),
        ]

    for invitee in leavers:  # each alone: who else left is nobody's business
        _cancel("visit.uninvited", visit, [invitee], [invitee], words, whole=False)


def tell_cancelled(visit: Visit, invitees: Sequence[Invitee], *, reason: str) -> None:
    """Take a visit, which must still have its day, out of the calendar of everybody who has it there."""

    def words(reader: Person) -> tuple[str, list[str]]:
        day = i18n.day(visit.starts_at, year=True)
        text = [_("The visit on %(day)s does not take place.", day=day)]
        if reason:
            text.append(_("The reason: %(reason)s", reason=reason))
        return _("Cancelled: %(title)s", title=title_of(visit)), [
            *text,
            _("The invitation in this letter takes it out of your calendar."),
        ]

    _cancel("visit.cancelled", visit, invitees, invitees, words, whole=True)


def tell_declined(visit: Visit, invitee: Invitee) -> None:
    """Tell the coordinators of the reviewing organisation that somebody of its team cannot come, and who stands by."""
    leads = any(member.lead and member.person_id == invitee.person_id for member in visit.team)
    substitutes = ", ".join(person.name for person in queries.substitutes_for(visit.id))
    reviewing = visit.reviewing.organisation_id

    def words(reader: Person) -> tuple[str, list[str]]:
        name, day = invitee.person.name, i18n.day(visit.starts_at, year=True)
        text = [_("%(name)s cannot come on the visit on %(day)s.", name=name, day=day)]
        if leads:
            text.append(_("They lead the team."))
        if invitee.comment:
            text.append(_("They wrote: %(comment)s", comment=invitee.comment))
        stands_by = _("Who stands by: %(names)s.", names=substitutes) if substitutes else _("Nobody stands by yet.")
        return _("%(name)s cannot come: %(title)s", name=name, title=title_of(visit)), [
            *text,
            _("Does somebody else have to go? Choose who here.") + " " + stands_by,
            outbox.address(f"/visits/{visit.id}/team"),
        ]

    write("visit.declined", queries.coordinators_of([reviewing])[reviewing], words, visit)


def attendees_of(invitees: Sequence[Invitee], optional: frozenset[int] = frozenset()) -> tuple[Attendee, ...]:
    """The invited as a calendar shows them, at the address that got the letter, with what they answered."""
    return tuple(
        Attendee(one.person.name, one.email, PARTSTAT[one.answer], one.person_id not in optional) for one in invitees
    )


def _request(
    kind: str, visit: Visit, invitees: Sequence[Invitee], tokens: Tokens, optional: frozenset[int], words: Words
) -> None:
    for invitee in invitees:
        if invitee.person_id in tokens:
            _send(kind, visit, invitee, words, attendees_of(invitees, optional), REQUEST)


def _cancel(
    kind: str, visit: Visit, readers: Sequence[Invitee], removed: Sequence[Invitee], words: Words, *, whole: bool
) -> None:
    for invitee in readers:
        _send(kind, visit, invitee, words, attendees_of(removed), CANCEL, cancelled=whole)


def _send(
    kind: str,
    visit: Visit,
    invitee: Invitee,
    words: Words,
    attendees: tuple[Attendee, ...],
    method: str,
    *,
    cancelled: bool = False,
) -> None:
    reader = invitee.person
    with i18n.speaking(reader.language):
        subject, paragraphs = words(reader)
        entry = entry_of(visit, attendees=attendees, cancelled=cancelled, changed_at=clock.now())
        outbox.queue(
            kind, to=invitee.email, name=reader.name, language=reader.language, subject=subject,
            body="\n\n".join([_("Dear %(name)s,", name=reader.name), *paragraphs]) + "\n",
            about=visit, attachments=[invitations.attachment(entry, method=method, organiser=organiser())],
        )  # fmt: skip


def _facts(visit: Visit) -> str:
    if visit.starts_at is None or visit.ends_at is None:
        raise ValueError("a visit without a day has no facts to tell")
    hours = hours_by_day(visit.starts_at, visit.ends_at)
    if len(hours) > 1:
        when = [_("Days:"), *(f"- {line}" for line in hours_lines(hours))]
    else:
        start, end = i18n.clock_time(visit.starts_at), i18n.clock_time(visit.ends_at)
        when = [
            _("Day: %(day)s", day=i18n.day(visit.starts_at, year=True)),
            _("Time: %(start)s – %(end)s", start=start, end=end),
        ]
    place = _("Place: %(place)s", place=visit.location)
    team = _("Team: %(names)s", names=", ".join(member.person.name for member in visit.team))
    return "\n".join([*when, place, team])


def _link(token: str) -> str:
    return outbox.address(f"/visit-invitations/{token}")


def _ask(token: str) -> list[str]:
    return [
        _("Will you be there? Answer here, without signing in (this link works once):") + "\n" + _link(token),
        _("Please use this link: the buttons of your mail program do not reach us."),
    ]
