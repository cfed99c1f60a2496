"""Letters about dates: the question when people can, and a plan to answer."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import clock, i18n, outbox
from peerreview.core.access import Actor
from peerreview.matching.models import Exchange
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.mail.writing import title_of, write
from peerreview.visits.models import Visit, VisitPlan
from peerreview.visits.planning import slots_read

REMINDER = "visit.poll_reminder"


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

    write("visit.poll", everybody, words, exchange)


def remind_of_dates(
    exchange: Exchange, visits: Sequence[Visit], people: Iterable[Person], poll_by: date | None
) -> None:
    """Ask these people, who have not answered, once more."""
    link = outbox.address(f"/exchanges/{exchange.id}/dates")
    polled = "\n".join(f"- {title_of(visit)}" for visit in visits if visit.state == VisitState.POLLING)

    def words(reader: Person) -> tuple[str, list[str]]:
        due = _("Please do it by %(day)s.", day=i18n.day(poll_by)) if poll_by and poll_by >= clock.today() else ""
        return _("We still miss your half-days"), [
            _("The others wait for you. We are looking for a day for:") + "\n" + polled,
            (_("Mark on which half-days you can. It takes 5 minutes.") + " " + due).strip(),
            link,
        ]

    write(REMINDER, people, words, exchange)


def tell_all_answered(exchange: Exchange, coordinators: Iterable[Person]) -> None:
    """Tell the coordinators that the days can be chosen."""
    link = outbox.address(f"/exchanges/{exchange.id}/plan")

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Everybody has answered: choose the days"), [
            _("Everybody has marked when they can. Choose one of the best plans; the others then agree or say no."),
            link,
        ]

    write("visit.all_answered", coordinators, words, exchange)


def _days_of(plan: VisitPlan, visits: Sequence[Visit]) -> str:
    slots = slots_read(plan.slots)
    return "\n".join(f"- {title_of(v)}: {i18n.day(slots[v.id].day)}" for v in visits if v.id in slots)


def propose_plan(
    plan: VisitPlan, exchange: Exchange, visits: Sequence[Visit], coordinators: Iterable[Person], *, by: Actor
) -> None:
    """Ask the coordinators of the other organisations whether these days are good."""
    link = outbox.address(f"/exchanges/{exchange.id}/plan")

    def words(reader: Person) -> tuple[str, list[str]]:
        organisation = by.organisation_name or _("the secretariat")
        return _("Do these days suit you?"), [
            _("%(name)s (%(organisation)s) proposes these days:", name=by.name, organisation=organisation)
            + "\n" + _days_of(plan, visits),
            _("Agree, or say why not. The visits are fixed as soon as every organisation has agreed."),
            link,
        ]  # fmt: skip

    write("visit.plan_proposed", coordinators, words, plan)


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

    write("visit.plan_declined", coordinators, words, plan)
