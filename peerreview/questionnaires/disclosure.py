"""What of the answers may be shown, and when: so that nobody finds out who said what. The rule, and its reasons.

1. **Nothing shows until the list is closed, and after that no answer comes in.** Answers that show while others come in
   tell the newest one: look, let one person answer, look again. Steps of five (the first 5, then 10) do not help
   enough: to know which five came first one must keep the order in which people answered, and up to four answers would
   never be heard. So a list is counted once. It is closed by the host, and at the latest when the self-evaluation is
   sent. It opens again only while nothing of it could be shown.
2. **A question shows from five answers on it.** Who skipped a question does not count for it.
3. **What somebody of the host typed in from paper is known to them, so it does not help the others over the line**:
   four sheets and one answer by link would show that one answer to whoever typed. So five must have answered by link;
   then the sheets count with them. With fewer by link, five sheets show, without the answers by link.
4. **Below the line there is no difference to see.** None, one or four answers give the same page, list, export and
   refusal; before the closing there is only "fewer than five", "five or more", "ten or more". So the questions are
   fixed from the first day on, and not from the first answer: whether they may still change would tell of it. Of single
   answers neither an hour nor an entry in the audit trail is kept. Exact numbers below five are not shown to the host
   either: who sends the link to one person and sees the number rise knows who answered.
5. **Open texts stand in an order that tells nothing**, another one at each question, so that what one person wrote at
   two questions is not seen to be of one hand.

What it does not do: a host that answers its own list under other names by the link can still find out what the others
said. Nothing can prevent that as long as people answer without an account.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from peerreview.questionnaires.lifecycle import Channel, Stance

ENOUGH = 5
SCALE, OPEN = "scale", "open"
Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person answered, by question; `id` says nothing of who or when."""

    id: int
    channel: Channel
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """What people answered to one question: `people` of them, how many chose each step, or what they wrote.

    `people` is 0 when the question stays below the line; then there is nothing else either.
    """

    question: Question
    people: int
    counts: dict[Stance, int]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The answers that may be seen of one list: how many people gave them, and each question in its order."""

    people: int
    lines: tuple[Line, ...]


def seen(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Those of these sheets that may be shown together: all, those on paper, or none (rule 3)."""
    by_link = sum(sheet.channel == Channel.WEB for sheet in sheets)
    if by_link >= ENOUGH:
        return list(sheets)
    on_paper = [sheet for sheet in sheets if sheet.channel == Channel.PAPER]
    return on_paper if len(on_paper) >= ENOUGH else []


def results(questions: Iterable[Question], sheets: Sequence[Sheet]) -> Results | None:
    """What may be shown of a closed list; None when that is nothing."""
    together = seen(sheets)
    if not together:
        return None
    return Results(len(together), tuple(_line(question, sheets) for question in questions))


def _line(question: Question, sheets: Sequence[Sheet]) -> Line:
    key = str(question["id"])
    shown = seen([sheet for sheet in sheets if sheet.answers.get(key)])
    if question["kind"] == OPEN:
        mixed = sorted(shown, key=lambda sheet: sha256(f"{key} {sheet.id}".encode()).digest())
        return Line(question, len(shown), {}, tuple(sheet.answers[key] for sheet in mixed))
    chosen = Counter(sheet.answers[key] for sheet in shown)
    return Line(question, len(shown), {stance: chosen[stance] for stance in Stance} if shown else {}, ())


def at_least(count: int) -> int:
    """What may be told of a number of answers before the closing: five, ten, fifteen ...; 0 for fewer than five."""
    return count - count % ENOUGH
