"""Which questions a list may have: statements drawn from the framework's norms, and open questions of the own words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from peerreview.frameworks.outline import NormView, Outline
from peerreview.questionnaires.disclosure import OPEN, SCALE, Question
from peerreview.questionnaires.lifecycle import Audience

MOST_QUESTIONS = 15  # people are tired: about five minutes
MOST_OPEN = 3
LONGEST_QUESTION = 300
LONGEST_ANSWER = 2000
LONGEST_INTRODUCTION = 1000

# The functions of a framework that speak for each audience, by the codes that a framework file gives them.
FUNCTIONS = {
    Audience.CLIENTS: frozenset({"client", "resident", "client_council"}),
    Audience.VOLUNTEERS: frozenset({"volunteer"}),
    Audience.PARTNERS: frozenset({"partner", "municipality"}),
}


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """An open question in the organisation's own words; the norm that it is about, if it is about one."""

    nl: str
    en: str = ""
    norm_id: int | None = None


def proposed(outline: Outline, audience: Audience) -> list[NormView]:
    """The norms about which this audience has something to say; all of them when the framework names other functions."""
    found = [norm for norm in outline.norms if FUNCTIONS[audience] & set(norm.interlocutors)]
    return found or list(outline.norms)


def questions_of(
    norm_ids: Collection[int], own: Sequence[OwnQuestion], outline: Outline, before: Sequence[Question] = ()
) -> list[Question]:
    """The list of questions: a statement per norm in the framework's order, then the open ones.

    A statement keeps the words that it got before; a new one begins with those of the norm.
    """
    worded: Mapping[int | None, dict[str, str]] = {q["norm_id"]: q["text"] for q in before if q["kind"] == SCALE}
    chosen = [norm for norm in outline.norms if norm.id in norm_ids]
    asked: list[Question] = [
        {"kind": SCALE, "text": worded.get(norm.id) or dict(norm.statement), "norm_id": norm.id} for norm in chosen
    ]
    asked += [
        {"kind": OPEN, "text": {"nl": one.nl, "en": one.en or one.nl}, "norm_id": one.norm_id} for one in own if one.nl
    ]
    return [{"id": f"q{n}", **question} for n, question in enumerate(asked, 1)]
