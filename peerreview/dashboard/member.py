"""What waits for the coordinator, the executive and the contributor of an organisation, and on whom they wait."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.core import clock
from peerreview.dashboard.facts import MemberFacts, OpenRound, TrajectoryFacts
from peerreview.dashboard.tasks import Coming, Task, Waiting, in_words


def tasks_of(facts: MemberFacts, role: str) -> list[Task]:
    """Everything that this role of the organisation can do now."""
    found: list[Task] = []
    if role == "contributor":
        return _contributor(facts)
    if facts.open_round and (facts.trajectory is None or facts.trajectory.state in OVER) and role == "coordinator":
        found.append(_sign_up(facts.open_round))
    if facts.trajectory is not None:
        for part in (
            _signup_tasks,
            _writing_tasks,
            _asked_tasks,
            _exchange_tasks,
            _visit_tasks,
            _report_tasks,
            _plan_tasks,
        ):
            found += part(facts, facts.trajectory, role)
    return found


OVER = ("certified", "refused", "withdrawn", "rejected")


def _sign_up(open_round: OpenRound) -> Task:
    return Task(
        _("Sign up for the round %(name)s", name=open_round.name),
        _("Sign up"),
        "trajectories.show_current",
        due_on=open_round.signup_closes_on,
        minutes=20,
    )


def _signup_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    if t.state not in ("draft", "returned"):
        return []
    if role == "executive":
        what, button = _("Sign the sign-up for the round %(name)s", name=t.round_name), _("Read and sign")
        endpoint = "trajectories.show_sign_up"
    else:
        what, button = _("Finish the sign-up for the round %(name)s", name=t.round_name), _("Go on")
        endpoint = "trajectories.show_trajectory"
    note = _("The secretariat sent it back.") if t.state == "returned" else ""
    return [Task(what, button, endpoint, {"trajectory_id": t.id}, t.due_on, 15, note)]


def _writing_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    total, done, mine = facts.answers
    if t.state != "self_evaluating" or not total:
        return []
    ids = {"trajectory_id": t.id}
    if done == total:
        what = (
            _("Submit the self-evaluation")
            if role == "executive"
            else _("Ask the executive to submit the self-evaluation")
        )
        return [Task(what, _("Look at it"), "selfevaluations.show_overview", ids, t.due_on, 15)]
    if role == "executive":
        return []
    progress = ngettext("%(done)s of %(num)s norm", "%(done)s of %(num)s norms", total, done=done)
    note = ngettext("%(num)s norm is in your name", "%(num)s norms are in your name", mine) if mine else progress
    return [
        Task(
            _("Finish the self-evaluation"),
            _("Go on"),
            "selfevaluations.show_overview",
            ids,
            t.due_on,
            min(8 * (total - done), 120),
            note,
            progress,
        )
    ]


def _contributor(facts: MemberFacts) -> list[Task]:
    t, (_total, _done, mine) = facts.trajectory, facts.answers
    if t is None or t.state != "self_evaluating" or not mine:
        return []
    what = ngettext("Write about %(num)s norm", "Write about %(num)s norms", mine)
    ids = {"trajectory_id": t.id}
    return [Task(what, _("Write"), "selfevaluations.show_overview", ids, t.due_on, 10 * mine)]


def _asked_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    """One for each organisation that asks ours as its partner."""
    return [
        Task(
            _("%(name)s asks you as a partner", name=one.asker),
            _("Read the proposal"),
            "marketplace.show_proposal",
            {"proposal_id": one.proposal_id},
            one.answer_by,
            10,
        )
        for one in facts.asked
        if one.our_turn
    ]


def _exchange_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    if facts.exchange is None or facts.exchange.state != "proposed" or facts.our_answer != "pending":
        return []
    names = ", ".join(partner.name for partner in facts.partners)
    return [
        Task(
            _("Say whether %(names)s suits you as partner", names=names),
            _("Give an answer"),
            "matching.show_exchange",
            {"exchange_id": facts.exchange.id},
            facts.exchange.answer_by,
            10,
        )
    ]


def _visit_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    polling = [leg for leg in facts.legs if leg.visit_state == "polling"]
    if not polling or role != "coordinator" or facts.exchange is None:
        return []
    due = min((leg.poll_by for leg in polling if leg.poll_by), default=None)
    ids, count = {"exchange_id": facts.exchange.id}, len(polling)
    if not facts.polled:
        what = ngettext(
            "Choose dates for the visit", "Choose dates for the %(count)s visits", count, count=in_words(count)
        )
        return [Task(what, _("Choose dates"), "visits.show_dates", ids, due, 5)]
    if facts.days_agreed_by is not None and facts.organisation_id not in facts.days_agreed_by:
        return [Task(_("Say whether the proposed days suit you"), _("Look at it"), "visits.show_plan", ids, due, 5)]
    if facts.days_agreed_by is None and not facts.poll_open:
        what = ngettext(
            "Fix the day of the visit", "Fix the days of the %(count)s visits", count, count=in_words(count)
        )
        return [Task(what, _("Choose"), "visits.show_plan", ids, due, 5, _("Everybody has said when they can."))]
    return []


def _report_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    return [
        Task(
            _("Say whether the report of %(name)s is right", name=leg.other),
            _("Check the facts"),
            "reviews.show_report",
            {"review_id": leg.review_id},
            leg.review_due_on,
            45,
        )
        for leg in facts.legs
        if leg.hosting and leg.review_state == "released"
    ]


def _plan_tasks(facts: MemberFacts, t: TrajectoryFacts, role: str) -> list[Task]:
    needed, made = facts.plan
    if t.state != "reported":
        return []
    ids = {"trajectory_id": t.id}
    if needed == made:
        what = (
            _("Sign the improvement plan")
            if role == "executive"
            else _("Ask the executive to sign the improvement plan")
        )
        return [Task(what, _("Look at it"), "improvement.show_plan", ids, t.due_on, 10)]
    if role == "executive":
        return []
    progress = _("%(done)s of %(all)s points have an action", done=made, all=needed)
    return [
        Task(
            _("Write the improvement plan"),
            _("Go on"),
            "improvement.show_plan",
            ids,
            t.due_on,
            15 * (needed - made),
            progress,
        )
    ]


def waiting_of(facts: MemberFacts) -> list[Waiting]:
    """On whom this organisation waits; a partner's judgement is never told, only that they are busy."""
    found: list[Waiting] = []
    t = facts.trajectory
    if t is None:
        return found
    office = _("The secretariat")
    if t.state == "submitted":
        found.append(Waiting(office, _("reads your sign-up."), t.due_on))
    if t.state == "planned":
        found.append(Waiting(office, _("checks whether everything is there."), t.due_on))
    if t.state == "complete":
        found.append(Waiting(office, _("forwards your dossier to the commission."), t.due_on))
    if t.state == "forwarded":
        found.append(Waiting(_("The commission"), _("reads your dossier and decides."), t.due_on))
    looking = ("self_evaluating", "self_evaluated", "scheduled")
    if facts.exchange is None and t.state in looking:
        found.append(Waiting(office, _("looks for a partner for you."), t.partner_by))
    found += [
        Waiting(name, _("answers your proposal."), one.answer_by, partner=True)
        for one in facts.asked
        if not one.our_turn
        for name in one.waiting_for
    ]
    if facts.exchange is not None and facts.exchange.state == "proposed":
        found += [
            Waiting(partner.name, _("says whether you suit them as partner."), facts.exchange.answer_by, partner=True)
            for partner in facts.partners
            if partner.answer == "pending"
        ]
    return found + _waiting_for_legs(facts)


def _waiting_for_legs(facts: MemberFacts) -> list[Waiting]:
    found = []
    if facts.polled and any(leg.visit_state == "polling" for leg in facts.legs):
        due = min((leg.poll_by for leg in facts.legs if leg.poll_by), default=None)
        ours = facts.days_agreed_by is not None and facts.organisation_id in facts.days_agreed_by
        if ours:
            what = _("says whether the days you proposed suit them.")
        elif facts.days_agreed_by is None and facts.poll_open:
            what = _("chooses dates for the visits.")
        else:
            what = ""  # it is our turn
        found += [Waiting(partner.name, what, due, partner=True) for partner in facts.partners if what]
    for leg in facts.legs:
        if leg.hosting and leg.review_state in ("rating", "consensus", "drafted"):
            found.append(Waiting(leg.other, _("writes the report about you."), partner=True))
        if leg.hosting and leg.review_state == "fact_checked":
            found.append(
                Waiting(leg.other, _("answers what you said about the report."), leg.review_due_on, partner=True)
            )
    return found


def coming_of(facts: MemberFacts, today: date) -> list[Coming]:
    """Visits that stand in the calendar, from today on."""
    found = []
    for leg in facts.legs:
        if leg.starts_at is None or clock.local(leg.starts_at).date() < today:
            continue
        what = _("%(name)s visits you", name=leg.other) if leg.hosting else _("You visit %(name)s", name=leg.other)
        found.append(
            Coming(clock.local(leg.starts_at).date(), what, "", "visits.show_visit", {"visit_id": leg.visit_id})
        )
    return sorted(found, key=lambda coming: coming.on)
