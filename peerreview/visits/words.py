"""Sentences about dates in the language now spoken: whose visit, who can, and why a plan is good."""

from collections.abc import Mapping, Sequence

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peerreview.core import i18n
from peerreview.rounds.words import half_days
from peerreview.visits.agenda import Cell, Week
from peerreview.visits.lifecycle import Coming, Half, ObjectionState, Part, Region, VisitState
from peerreview.visits.moving import Beside, Effects
from peerreview.visits.planning import Choice, Plan, Reason, Slot
from peerreview.visits.poll import Poll, PollVisit, Tally
from peerreview.visits.surroundings import Closed
from peerreview.visits.team import Colleague, Load

__all__ = ["half_days"]  # templates ask it of this module too

MOST_NAMES = 2
REGIONS = {Region.NORTH: _l("North"), Region.MIDDLE: _l("Middle"), Region.SOUTH: _l("South")}
Line = tuple[str, str]  # kind (for, against, fixes) and sentence


def listed(names: Sequence[str]) -> str:
    """'Joost, Merel en Tim'."""
    return format_list(list(names), locale=get_locale() or "nl")


def visit_name(host: str, reviewing: str, *, own_host: bool = False, own_team: bool = False) -> str:
    """Who visits whom, as somebody of the host or of the team says it, or as others do."""
    if own_host:
        return str(_("%(reviewing)s visits us", reviewing=reviewing))
    if own_team:
        return str(_("We visit %(host)s", host=host))
    return str(_("%(reviewing)s visits %(host)s", reviewing=reviewing, host=host))


def name_of(visit: PollVisit, organisation_id: int | None) -> str:
    """The same for a visit of a poll, as this organisation says it."""
    return visit_name(
        visit.host_name,
        visit.reviewing_name,
        own_host=visit.host_id == organisation_id,
        own_team=visit.reviewing_id == organisation_id,
    )


def slot_name(slot: Slot) -> str:
    """The day, with its half when it is one; of more days the first and the last."""
    text = i18n.day(slot.day)
    if slot.more:
        text = str(_("%(day)s to %(last)s", day=text, last=i18n.day(slot.last)))
    if slot.covers[-1][1] == Half.MORNING:
        return str(_("%(day)s, morning", day=text))
    return str(_("%(day)s, afternoon", day=text)) if slot.half else text


def state_words(state: VisitState) -> Line:
    """Kind and words of the mark for a state."""
    return {
        VisitState.POLLING: ("busy", _("Looking for a day")),
        VisitState.AGREED: ("due", _("Day is fixed")),
        VisitState.PROGRAMME_FINAL: ("due", _("Programme is ready")),
        VisitState.HELD: ("done", _("Took place")),
        VisitState.CANCELLED: ("stopped", _("Cancelled")),
    }[state]


def coming_words(coming: Coming) -> Line:
    """Kind and words of the mark for an answer to an invitation."""
    return {
        Coming.WAITING: ("todo", _("No answer yet")),
        Coming.ACCEPTED: ("done", _("Comes")),
        Coming.TENTATIVE: ("busy", _("Maybe")),
        Coming.DECLINED: ("stopped", _("Cannot come")),
    }[coming]


def own_answer(coming: Coming) -> Line:
    """The same for one's own answer."""
    kind, _theirs = coming_words(coming)
    mine = {
        Coming.WAITING: _("You have not answered yet"),
        Coming.ACCEPTED: _("You said that you will be there"),
        Coming.TENTATIVE: _("You said maybe"),
        Coming.DECLINED: _("You said that you cannot come"),
    }
    return kind, mine[coming]


def tally_note(poll: Poll, tally: Tally) -> str:
    """Who cannot, by name when they are few; how many rather not, and how many still have to answer."""
    if len(tally.yes) == tally.of:
        return str(_("everybody can"))
    parts = []
    if 0 < len(tally.no) <= MOST_NAMES:
        names = poll.names(tally.no)
        parts.append(ngettext("%(names)s cannot", "%(names)s can not come", len(names), names=listed(names)))
    elif tally.no:
        parts.append(ngettext("%(num)s person cannot", "%(num)s people cannot", len(tally.no)))
    if tally.if_need_be:
        parts.append(ngettext("%(num)s rather not", "%(num)s rather not", len(tally.if_need_be)))
    if tally.unknown:
        parts.append(ngettext("%(num)s has yet to answer", "%(num)s have yet to answer", len(tally.unknown)))
    return ", ".join(parts)


def reason_line(poll: Poll, reason: Reason) -> Line:
    """A reason of a plan: 'for', 'against' or 'fixes' (a date), and its sentence."""
    params, names = reason.params, listed(poll.names(reason.params.get("people", ())))
    day = i18n.day(params["day"]) if "day" in params else ""
    match reason.code:
        case "can":
            everybody = params["count"] == params["of"]
            text = _("Everybody can") if everybody else _("%(count)s of %(of)s can", **params)
            return "for", text
        case "lead_cannot":
            return "against", _("%(name)s leads the team and cannot come", name=poll.names((params["person"],))[0])
        case "cannot":
            return "against", ngettext("%(names)s cannot", "%(names)s can not come", len(params["people"]), names=names)
        case "if_need_be":
            return "against", _("Only if need be: %(names)s", names=names)
        case "unknown":
            return "against", _("Not answered yet: %(names)s", names=names)
        case "off":
            return "against", _("Not answered, and never works then: %(names)s", names=names)
        case "school":
            where = listed([poll.organisations[id] for id in params["organisations"]])
            return "against", _("School holiday at %(names)s", names=where)
        case "tiring":
            return "against", _("A visit far away, next to another visit, for %(names)s", names=names)
        case "ready_first":
            return "for", _("First to the organisation whose self-evaluation is there already")
        case "not_ready_first":
            return "against", _("Another organisation comes first, though its self-evaluation is not there yet")
        case "self_evaluation_ready":
            return "for", _("The self-evaluation is there already")
        case "self_evaluation_by":
            return "fixes", _("Self-evaluation ready by %(day)s", day=day)
        case "too_early":
            return "against", _("The self-evaluation should have been there on %(day)s", day=day)
        case "report_by":
            return "fixes", _("Report written by %(day)s", day=day)
    raise ValueError(reason.code)


def reasons(poll: Poll, choice: Choice) -> dict[str, list[str]]:
    """The reasons of a choice by kind: for, against, fixes."""
    found: dict[str, list[str]] = {"for": [], "against": [], "fixes": []}
    for reason in choice.reasons:
        kind, text = reason_line(poll, reason)
        found[kind].append(str(text))
    return found


def apart_line(one: Beside) -> str:
    """How many days lie between the two visits, now and then."""
    if one.apart_before == one.apart_after:
        return str(ngettext("%(num)s day apart, as now.", "%(num)s days apart, as now.", one.apart_after))
    return str(
        ngettext(
            "%(num)s day apart instead of %(before)s.", "%(num)s days apart instead of %(before)s.", one.apart_after,
            before=one.apart_before,
        )
    )  # fmt: skip


def who_cannot(poll: Poll, effects: Effects) -> list[str]:
    """Who cannot, or not surely, be there after a move, and why."""

    def names(ids: tuple[int, ...]) -> str:
        return listed(poll.names(ids))

    lines = (
        (effects.elsewhere, _("On another visit: %(names)s", names=names(effects.elsewhere))),
        (effects.cannot, _("Cannot: %(names)s", names=names(effects.cannot))),
        (effects.off, _("Not answered, and never works then: %(names)s", names=names(effects.off))),
        (effects.unwilling, _("Only if need be: %(names)s", names=names(effects.unwilling))),
        (effects.unknown, _("Said nothing about this day: %(names)s", names=names(effects.unknown))),
    )
    return [str(text) for ids, text in lines if ids]


# --- Weeks in which days are found -----------------------------------------------------------------------------------


def weekdays() -> list[tuple[int, str]]:
    """Monday to Friday as (0 to 4, name)."""
    names = get_day_names("wide", locale=get_locale() or "nl")
    return [(n, names[n]) for n in range(5)]


def week_name(week: Week) -> str:
    """'5 – 9 april', or with both months."""
    first, last = week.monday, week.friday
    start = str(first.day) if first.month == last.month else i18n.day(first, weekday=False, year=False)
    return f"{start} – {i18n.day(last, weekday=False, year=False)}"


def closed_note(poll: Poll, closed: Closed, organisations: Sequence[int], own: int | None) -> str:
    """'Meivakantie bij jullie en bij Brugveld'."""
    at = [_("at your place") if id == own else _("at %(name)s", name=poll.organisations[id]) for id in organisations]
    at.sort(key=lambda words: words != _("at your place"))
    return str(_("%(holiday)s %(where)s", holiday=i18n.localised(dict(closed.name)), where=listed(at)))


def hints(cell: Cell) -> list[str]:
    """What we know of this person's day; never an answer."""
    found = [str(_("You are on the visit to %(host)s", host=name)) for name in cell.visits]
    if len(cell.off) > 1:
        found.append(str(_("You never work on this day")))
    elif cell.off:
        morning = cell.off[0] == Half.MORNING
        found.append(str(_("You never work this morning") if morning else _("You never work this afternoon")))
    return found


# --- The team ---------------------------------------------------------------------------------------------------------


def part_name(part: Part) -> str:
    """What somebody does who is not of the team."""
    return str({Part.TRAINEE: _("Trainee"), Part.OBSERVER: _("Observer"), Part.SUBSTITUTE: _("Substitute")}[part])


def load_line(load: Load) -> str:
    """'2 of 3 reviews in this round'."""
    return str(
        ngettext(
            "%(done)s of %(num)s review in this round", "%(done)s of %(num)s reviews in this round", load.most,
            done=load.reviews,
        )
    )  # fmt: skip


def colleague_line(one: Colleague, loads: Mapping[int, Load]) -> str:
    """Somebody to choose: their name, that they can only go along, or what they do already."""
    load = loads.get(one.person_id)
    if not one.reviewer:
        return str(_("%(name)s (no reviewer)", name=one.name))
    return f"{one.name} ({load_line(load)})" if load else one.name


def objection_words(state: ObjectionState) -> Line:
    """Kind and words of the mark for an objection."""
    return {
        ObjectionState.RAISED: ("turn", _("The secretariat decides")),
        ObjectionState.UPHELD: ("done", _("Does not go")),
        ObjectionState.REJECTED: ("done", _("Goes along")),
        ObjectionState.WITHDRAWN: ("stopped", _("Taken back")),
    }[state]


# --- A whole round ----------------------------------------------------------------------------------------------------


def exchange_name(poll: Poll) -> str:
    """'Lindenhof en Brugveld'."""
    return listed(list(poll.organisations.values()))


def visit_of(poll: Poll, visit_id: int) -> str:
    """Who visits whom, for a visit of this poll."""
    return next((name_of(visit, None) for visit in poll.visits if visit.id == visit_id), "")


def against(poll: Poll, plan: Plan) -> list[str]:
    """What speaks against the days of a plan, each sentence once."""
    lines = [reason_line(poll, reason) for choice in plan.choices for reason in choice.reasons]
    return list(dict.fromkeys(str(text) for kind, text in lines if kind == "against"))


def unplanned_line(poll: Poll, reason: Reason) -> str:
    """Why an exchange has no days."""
    names = listed([poll.people[id].name for id in reason.params.get("people", ()) if id in poll.people])
    match reason.code:
        case "no_days":
            return str(_("No day is left that people are asked about. Add a day."))
        case "no_day_for" if names:
            visit = visit_of(poll, reason.params["visit"])
            return str(_("There is no day for “%(visit)s”: %(names)s are elsewhere.", visit=visit, names=names))
        case "no_day_for":
            return str(_("There is no day for “%(visit)s”.", visit=visit_of(poll, reason.params["visit"])))
        case "others_first" if names:
            return str(_("%(names)s are on visits of other exchanges on the days that are left.", names=names))
    return str(_("No days leave enough time between the visits, or somebody would be on two on one day."))
