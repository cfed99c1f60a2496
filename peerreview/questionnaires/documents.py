"""The list on paper, and the answers as rows of a sheet."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from peerreview.core import clock, i18n, qr
from peerreview.questionnaires import words
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.disclosure import OPEN, Results
from peerreview.questionnaires.lifecycle import Stance

if TYPE_CHECKING:
    from peerreview.questionnaires.models import Questionnaire


def paper_data(asked: Asked, made: "Questionnaire", *, link: str, brand: Mapping[str, str]) -> dict[str, Any]:
    """What `templates/documents/questionnaire.typ` asks for, in the language now spoken."""
    name = asked.trajectory.organisation.name
    return {
        "title": _("What do you think of %(name)s?", name=name),
        "issued": clock.today().isoformat(),
        "brand": dict(brand),
        "introduction": made.introduction,
        "link": {"url": link.split("://", 1)[-1], "qr": qr.svg(link)},
        "stances": [words.stance(one) for one in Stance],
        "statements": [i18n.localised(q["text"]) for q in made.questions if q["kind"] != OPEN],
        "questions": [i18n.localised(q["text"]) for q in made.questions if q["kind"] == OPEN],
        "words": {
            "by": _("Hand it in up to and including {day}.").replace("{day}", _plain(i18n.day(made.closes_on))),
            "promise": _("Nobody sees what you alone said."),
            "promise_more": _("Do not write your name on it. Answers are shown together, from five people on."),
            "skip": _("You may skip a question."),
            "online": _("Would you rather answer on your phone? Scan this, or type the address."),
            "qr_alt": _("QR code with the address of this questionnaire"),
            "statement": _("Put a cross in one box on each line"),
            "no_names": _("Do not write names of people down."),
            "thanks": _("Thank you!"),
        },
    }


def _plain(text: str) -> str:
    return text.replace(i18n.NBSP, " ")


def heads() -> list[str]:
    return [_("Question"), _("Norm"), _("People"), *map(words.stance, Stance), _("What people wrote")]


def rows(results: Results, codes: Mapping[int, str]) -> Iterator[list[Any]]:
    """What is shown of a list, a row for each statement and for each text; `codes` of norms by their ids."""
    for line in results.lines:
        text, code = i18n.localised(line.question["text"]), codes.get(line.question["norm_id"] or 0, "")
        if not line.people:
            yield [text, code, _("fewer than five"), *[""] * len(Stance), ""]
        elif line.question["kind"] == OPEN:
            yield from ([text, code, line.people, *[""] * len(Stance), said] for said in line.texts)
        else:
            yield [text, code, line.people, *line.counts.values(), ""]
