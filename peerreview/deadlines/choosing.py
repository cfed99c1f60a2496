"""Which of all open duties the secretariat looks at: the late ones, those of this week, whom it waits for, its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peerreview.core.deadlines import Due

SHOWN = ("", "late", "week", "others", "ours")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is shown ('': everything) of organisations whose name has this text."""

    show: str = ""
    text: str = ""


def chosen_from(dues: Sequence[Due], chosen: Chosen, today: date) -> list[Due]:
    """In the order in which they came. This week ends on Sunday; what is late is not in it."""
    sunday = today + timedelta(days=6 - today.weekday())
    fits: dict[str, Callable[[Due], bool]] = {
        "": lambda due: True,
        "late": lambda due: due.is_late(today),
        "week": lambda due: today <= due.due_on <= sunday,
        "others": lambda due: not due.office,
        "ours": lambda due: due.office,
    }
    fit = fits[chosen.show if chosen.show in fits else ""]
    wanted = chosen.text.casefold()
    found = [due for due in dues if fit(due)]
    # Where nothing is searched for, no title is put into words: those of a whole list take longer than finding it.
    return [due for due in found if wanted in f"{due.holder} {due.title}".casefold()] if wanted else found
