"""What waits for a reviewer, the secretariat and the commission."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peerreview.commission.queries.coming import ComingMeeting
from peerreview.core import clock
from peerreview.core.deadlines import Due
from peerreview.dashboard.facts import Assignment, Pile
from peerreview.dashboard.tasks import Coming, Task, Waiting
from peerreview.marketplace.travel import distance_km
from peerreview.rounds.rules import Rules
from peerreview.visits import planning


def tasks_of_reviewer(assignments: Sequence[Assignment], today: date) -> list[Task]:
    """One task for each review in which it is this reviewer's turn; dates are chosen once for an exchange."""
    found, polls = [], set()
    for one in assignments:
        if one.visit_state == "polling" and not one.polled and one.exchange_id not in polls:
            polls.add(one.exchange_id)
            found.append(_choose_dates(one))
        if one.visit_state in ("agreed", "programme_final") and not one.signed:
            found.append(_sign(one))
        if one.visit_state == "agreed" and one.lead and one.starts_at:
            found.append(_make_programme(one, clock.local(one.starts_at).date()))
        if task := _of_review(one, today):
            found.append(task)
    return found


def task_of_reader(review_id: int, host: str, due_on: date | None, answers: int) -> Task:
    """A second reader was asked what they think of so many answers of this host."""
    note = ngettext("%(num)s answer waits for you", "%(num)s answers wait for you", answers)
    what = _("Read what %(name)s says about your report", name=host)
    return Task(what, _("Give advice"), "reviews.show_report", {"review_id": review_id}, due_on, 5 * answers, note)


def _choose_dates(one: Assignment) -> Task:
    what = _("Choose dates for the visits of and to %(name)s", name=one.host)
    return Task(what, _("Choose dates"), "visits.show_dates", {"exchange_id": one.exchange_id}, one.poll_by, 5)


def _sign(one: Assignment) -> Task:
    near = clock.add_working_days(clock.local(one.starts_at).date(), -5) if one.starts_at else None
    what = _("Sign that you are independent of %(name)s", name=one.host)
    return Task(what, _("Read and sign"), "visits.show_team", {"visit_id": one.visit_id}, near, 2)


def _make_programme(one: Assignment, day: date) -> Task:
    what = _("Make the programme for the visit to %(name)s", name=one.host)
    by = planning.deadlines(day, Rules.read(one.rules)).programme_on
    return Task(what, _("Make the programme"), "programmes.show_programme", {"visit_id": one.visit_id}, by, 30)


def _of_review(one: Assignment, today: date) -> Task | None:
    ids = {"review_id": one.review_id}
    if one.state == "preparing" and one.starts_at and clock.local(one.starts_at).date() <= today:
        return Task(
            _("Note what you see and hear at %(name)s", name=one.host), _("Note"), "reviews.show_review", ids, today, 0
        )
    if one.state == "rating" and one.rated < one.norms:
        progress = ngettext("%(done)s of %(num)s norm", "%(done)s of %(num)s norms", one.norms, done=one.rated)
        minutes = 2 * (one.norms - one.rated)
        what = _("Give your own rating of %(name)s", name=one.host)
        return Task(what, _("Rate"), "reviews.show_review", ids, one.due_on, minutes, progress, progress)
    if one.state == "rating" and one.lead:
        what = _("Put the ratings of %(name)s side by side", name=one.host)
        return Task(what, _("Look at it"), "reviews.show_review", ids, one.due_on, 10)
    if one.state == "consensus":
        progress = ngettext("%(done)s of %(num)s norm", "%(done)s of %(num)s norms", one.norms, done=one.found)
        what = _("Write the report about %(name)s", name=one.host)
        return Task(
            what, _("Write"), "reviews.show_review", ids, one.due_on, 4 * (one.norms - one.found), progress, progress
        )
    if one.state == "fact_checked" and one.lead:
        note = ngettext("%(num)s answer waits for you", "%(num)s answers wait for you", one.verdicts_open)
        what = _("Finish the report about %(name)s", name=one.host)
        return Task(what, _("Answer"), "reviews.show_review", ids, one.due_on, 5 + 5 * one.verdicts_open, note)
    return None


def waiting_of_reviewer(assignments: Sequence[Assignment]) -> list[Waiting]:
    """On whom this reviewer waits."""
    found = []
    for one in assignments:
        if one.visit_state == "polling" and one.polled:
            found.append(Waiting(one.host, _("chooses dates for the visits."), one.poll_by, partner=True))
        if one.state == "drafted":
            found.append(Waiting(one.host, _("is still writing; both reports open together."), partner=True))
        if one.state == "released":
            found.append(Waiting(one.host, _("says whether your report is right."), one.due_on, partner=True))
    return found


def coming_of_reviewer(assignments: Sequence[Assignment], today: date) -> list[Coming]:
    """The visits that are near."""
    days = [(clock.local(one.starts_at).date(), one) for one in assignments if one.starts_at]
    return [
        Coming(on, _("Visit to %(name)s", name=one.host), one.place, "visits.show_visit", {"visit_id": one.visit_id})
        for on, one in sorted(days, key=lambda pair: pair[0])
        if on >= today
    ]


def tasks_of_office(piles: dict[str, Pile], today: date) -> list[Task]:
    """The secretariat's piles as tasks; an empty pile is none."""

    def task(name: str, what: str, button: str, endpoint: str, minutes: int, **ids: object) -> Task | None:
        pile = piles[name]
        return Task(what, button, endpoint, dict(ids), pile.due_on, minutes * pile.count) if pile.count else None

    n = {name: pile.count for name, pile in piles.items()}
    found = [
        task(
            "sign_ups",
            ngettext("Read %(num)s sign-up", "Read %(num)s sign-ups", n["sign_ups"]),
            _("Read"),
            "trajectories.list_trajectories",
            10,
            state="submitted",
        ),
        task(
            "applications",
            ngettext(
                "Look at %(num)s organisation that wants to join",
                "Look at %(num)s organisations that want to join",
                n["applications"],
            ),
            _("Look at it"),
            "organisations.list_organisations",
            5,
            state="applied",
        ),
        task(
            "objections",
            ngettext("Handle %(num)s objection to a match", "Handle %(num)s objections to a match", n["objections"]),
            _("Look at it"),
            "matching.show_matching",
            15,
        ),
        task(
            "team_objections",
            ngettext(
                "Decide about %(num)s objection to somebody of a team",
                "Decide about %(num)s objections to somebody of a team",
                n["team_objections"],
            ),
            _("Look at it"),
            "visits.list_objections",
            10,
        ),
        task(
            "searches",
            ngettext(
                "Find a partner for %(num)s organisation", "Find a partner for %(num)s organisations", n["searches"]
            ),
            _("Look at it"),
            "matching.show_matching",
            15,
            _anchor="searches",
        ),
        task(
            "late_polls",
            ngettext(
                "Ask after %(num)s visit without a date", "Ask after %(num)s visits without a date", n["late_polls"]
            ),
            _("Look at it"),
            "visits.list_visits",
            5,
            state="polling",
        ),
        task(
            "late_reports",
            ngettext("Ask after %(num)s late report", "Ask after %(num)s late reports", n["late_reports"]),
            _("Look at it"),
            "trajectories.list_trajectories",
            5,
            state="visited",
            late="1",
        ),
        task(
            "to_check",
            ngettext(
                "Check whether %(num)s dossier is complete",
                "Check whether %(num)s dossiers are complete",
                n["to_check"],
            ),
            _("Check"),
            "commission.show_commission",
            15,
        ),
        task(
            "to_forward",
            ngettext(
                "Forward %(num)s dossier to the commission",
                "Forward %(num)s dossiers to the commission",
                n["to_forward"],
            ),
            _("Forward"),
            "commission.show_commission",
            5,
        ),
        task(
            "without_meeting",
            ngettext("Put %(num)s dossier on an agenda", "Put %(num)s dossiers on an agenda", n["without_meeting"]),
            _("Plan"),
            "commission.show_commission",
            2,
        ),
        task(
            "letters",
            ngettext("Send %(num)s letter about a decision", "Send %(num)s letters about decisions", n["letters"]),
            _("Read and send"),
            "commission.show_commission",
            5,
        ),
        task(
            "addresses",
            ngettext(
                "Ask for another address: %(num)s does not work",
                "Ask for other addresses: %(num)s do not work",
                n["addresses"],
            ),
            _("Look at it"),
            "letters.list_addresses",
            5,
        ),
    ]
    return [one for one in found if one]


# What the commission or its secretariat asks of somebody: the page where it is answered, its id, the button, minutes.
ASKED = {
    "commission.question": ("commission.show_question", "question_id", _l("Answer"), 10),
    "commission.condition": ("commission.show_condition", "condition_id", _l("Show it"), 20),
    "commission.check_condition": ("commission.show_condition", "condition_id", _l("Look"), 10),
}
APPEALS = {
    "appeals.admit": ("appeals.show_appeal", "appeal_id", _l("Look at it"), 20),
    "appeals.panel": ("appeals.show_panel", "appeal_id", _l("Choose"), 20),
    "appeals.seat": ("appeals.show_appeal", "appeal_id", _l("Answer"), 5),
    "appeals.decide": ("appeals.show_appeal", "appeal_id", _l("Go on"), 60),
    "appeals.acknowledge": ("appeals.show_complaint", "complaint_id", _l("Look at it"), 10),
    "appeals.answer": ("appeals.show_complaint", "complaint_id", _l("Answer"), 30),
}


def tasks_of_appeals(dues: Iterable[Due]) -> list[Task]:
    """Appeals and complaints of the office, and places on a panel; the address says which appeal a place is on."""
    found = []
    for due in dues:
        endpoint, name, button, minutes = APPEALS[due.kind]
        ids = {name: int(due.link.split("/")[2])}
        found.append(Task(str(due.title), str(button), endpoint, ids, due.due_on, minutes))
    return found


def tasks_asked(dues: Iterable[Due]) -> list[Task]:
    """Questions back, and conditions to show or to judge."""
    found = []
    for due in dues:
        if due.kind in ASKED:
            endpoint, name, button, minutes = ASKED[due.kind]
            found.append(Task(str(due.title), str(button), endpoint, {name: due.subject_id}, due.due_on, minutes))
    return found


def tasks_of_commission(meetings: Iterable[ComingMeeting], *, chair: bool) -> list[Task]:
    """Reading for what comes, votes that are open now, and what the chair of a written procedure puts to the vote."""
    found = []
    for one in meetings:
        on, where = clock.local(one.due_at).date(), {"meeting_id": one.meeting_id}
        if one.written and chair and one.no_motion:
            what = ngettext("Put %(num)s dossier to the vote", "Put %(num)s dossiers to the vote", one.no_motion)
            found.append(Task(what, _("To the agenda"), "commission.show_meeting", where, on, 5 * one.no_motion))
        if one.open_votes:
            what = ngettext("Vote on %(num)s dossier", "Vote on %(num)s dossiers", one.open_votes)
            found.append(Task(what, _("Vote"), "commission.show_meeting", where, on, 5 * one.open_votes))
        elif one.voted < one.dossiers:
            found.append(Task(_reading(one), _("Read"), "commission.show_meeting", where, on, 25 * one.dossiers))
    return found


def _reading(one: ComingMeeting) -> str:
    if not one.written:
        return str(
            ngettext("Read %(num)s dossier for the meeting", "Read %(num)s dossiers for the meeting", one.dossiers)
        )
    return str(
        ngettext(
            "Read %(num)s dossier for the written procedure",
            "Read %(num)s dossiers for the written procedure",
            one.dossiers,
        )
    )


BANDS = (20, 40, 60, 80)


def distance_bands(members: Sequence[tuple[int, float, float]]) -> list[int]:
    """How many groups have their largest distance under 20, 40, 60, 80 km, and farther (as the crow flies)."""
    groups: dict[int, list[tuple[float, float]]] = {}
    for exchange_id, latitude, longitude in members:
        groups.setdefault(exchange_id, []).append((latitude, longitude))
    counts = [0] * (len(BANDS) + 1)
    for places in groups.values():
        farthest = max((distance_km(a, b) for a, b in combinations(places, 2)), default=0.0)
        counts[sum(farthest >= band for band in BANDS)] += 1
    return counts
