"""What waits for somebody, in words: tasks with their date and length, and those on whom one waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peerreview.core import clock, i18n

SOON = 5  # working days within which a task is marked as one's turn
MOST_MARKED = 3  # more saffron on one page would say nothing


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, where, by when, how long it takes, and how far it is."""

    what: str
    button: str
    endpoint: str
    ids: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    minutes: int = 0
    note: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody else's turn: who, what they do, by when; `partner` draws the half disc, else the building."""

    who: str
    what: str
    due_on: date | None = None
    partner: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A day that is near, and what happens then."""

    on: date
    what: str
    note: str = ""
    endpoint: str = ""
    ids: dict[str, Any] = field(default_factory=dict)


def in_order(tasks: Sequence[Task]) -> list[Task]:
    """By date; what has none comes last."""
    return sorted(tasks, key=lambda task: (task.due_on is None, task.due_on or date.max))


def marks(tasks: Sequence[Task], today: date) -> list[tuple[str, str]]:
    """The state mark (kind, text) of each task, at most three of them saffron."""
    marked, result = 0, []
    for task in tasks:
        kind, text = mark(task, today)
        if kind == "turn":
            marked += 1
            kind = "turn" if marked <= MOST_MARKED else "due"
        result.append((kind, text))
    return result


def mark(task: Task, today: date) -> tuple[str, str]:
    """Late, one's turn within five working days, later, under way, or no date at all."""
    if task.due_on is None:
        return ("busy", task.progress) if task.progress else ("", "")
    if task.due_on < today:
        return "late", _("Late since %(day)s", day=i18n.day(task.due_on))
    near = clock.working_days_between(today, task.due_on) <= SOON
    return ("turn" if near else "due"), _("By %(day)s", day=i18n.day(task.due_on))


def summary(tasks: Sequence[Task], today: date) -> str:
    """'Three things, together about an hour. One is late.'"""
    if not tasks:
        return str(_("Nothing waits for you now."))
    minutes, late = sum(task.minutes for task in tasks), sum(_is_late(task, today) for task in tasks)
    first = ngettext("%(count)s thing", "%(count)s things", len(tasks), count=in_words(len(tasks)))
    if minutes:
        first += ", " + (about(minutes) if len(tasks) == 1 else _("together %(time)s", time=about(minutes)))
    text = sentence(first) + "."
    if late:
        overdue = ngettext("%(count)s is late.", "%(count)s are late.", late, count=in_words(late))
        text += " " + sentence(overdue)
    return str(text)


WORDS = (
    _l("none"),
    _l("one"),
    _l("two"),
    _l("three"),
    _l("four"),
    _l("five"),
    _l("six"),
    _l("seven"),
    _l("eight"),
    _l("nine"),
    _l("ten"),
    _l("eleven"),
    _l("twelve"),
)


def sentence(text: str) -> str:
    """With a capital at its start; in Dutch 'één' becomes 'Eén'."""
    return "E" + text[1:] if text.startswith("é") else text[:1].upper() + text[1:]


def in_words(number: int) -> str:
    """'three' up to twelve, figures above."""
    return str(WORDS[number]) if 0 <= number < len(WORDS) else str(number)


def _is_late(task: Task, today: date) -> bool:
    return task.due_on is not None and task.due_on < today


def about(minutes: int) -> str:
    """How long it takes together, as a person would say it."""
    if minutes < 50:
        return str(ngettext("about %(num)s minute", "about %(num)s minutes", 5 * round(max(5, minutes) / 5)))
    hours = max(1, round(minutes / 60))
    return str(ngettext("about an hour", "about %(count)s hours", hours, count=in_words(hours)))


def task_time(minutes: int) -> str:
    """The length of one task: '5 minutes', 'about an hour'."""
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes)) if minutes < 20 else about(minutes)
