"""Agreement, signals, questions and answers in words."""

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peerreview.fairplay.agreement import Agreement
from peerreview.fairplay.lifecycle import Question, Signal, Verdict
from peerreview.fairplay.likeness import Likeness

VERDICTS = {
    Verdict.AGREED: _l("In agreement"),
    Verdict.FAIRLY: _l("Fairly in agreement"),
    Verdict.MIXED: _l("Mixed"),
    Verdict.ONE_VALUE: _l("One rating only"),
    Verdict.TOO_FEW: _l("Too few to say"),
}
QUESTIONS = {
    Question.PREPARED: _l("The team was well prepared."),
    Question.LISTENED: _l("The team listened to us."),
    Question.FAIR: _l("The report is fair."),
    Question.USEFUL: _l("We can use the report."),
}
SCORES = {1: _l("Not at all"), 2: _l("A little"), 3: _l("Mostly"), 4: _l("Entirely")}
SIGNALS = {
    Signal.ONLY_COMPLIES: _l("Both reports say “complies” everywhere"),
    Signal.IDENTICAL: _l("The same rating on every norm"),
    Signal.ALIKE: _l("Much more alike than other reports"),
    Signal.SAME_TALLY: _l("Equally many of each rating"),
}


def why(agreement: Agreement) -> str:
    """Why there is no figure; '' where there is one."""
    if agreement.verdict == Verdict.ONE_VALUE:
        return str(_("Everybody gave the same rating on everything, so there is nothing to measure."))
    if agreement.verdict == Verdict.TOO_FEW:
        few = ngettext("Only %(num)s rating by two or more.", "Only %(num)s ratings by two or more.", agreement.units)
        return str(few)
    return ""


def signal(likeness: Likeness, *, in_full: bool) -> str:
    """What stands out, in full only for who may know ratings; '' when nothing does."""
    if likeness.signal is None:
        return ""
    return str(SIGNALS[likeness.signal] if in_full else _("Stands out"))


def decimal(value: float | None, places: int = 2) -> str:
    """'0,82' as the reader writes it; a dash for none."""
    return "–" if value is None else str(format_decimal(value, format="0." + "0" * places))


def percent(value: float | None) -> str:
    """'84%'; a dash for none."""
    return "–" if value is None else f"{round(value * 100)}%"
