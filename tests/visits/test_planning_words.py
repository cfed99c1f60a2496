"""Every reason of the planner is a sentence, in both languages."""

from datetime import date

import pytest

from peerreview.core import i18n
from peerreview.visits import queries, words
from peerreview.visits.planning import Reason
from tests.factories.visits import make_scene

DAY = date(2027, 4, 13)
KINDS = {
    "can": "for", "lead_cannot": "against", "cannot": "against", "if_need_be": "against", "unknown": "against",
    "off": "against", "school": "against", "tiring": "against", "ready_first": "for", "not_ready_first": "against",
    "self_evaluation_ready": "for", "self_evaluation_by": "fixes", "too_early": "against", "report_by": "fixes",
}  # fmt: skip
WITHOUT = ("no_days", "no_day_for", "no_days_together", "others_first")


@pytest.fixture
def poll(app, at):
    with at("2027-02-01 10:00"):
        yield queries.poll_of(make_scene().exchange.id)


def sentences(poll, language):
    person, organisation = poll.visits[0].team[0], poll.visits[0].host_id
    params = {
        "count": 2, "of": 3, "person": person, "people": (person,), "organisations": (organisation,), "day": DAY,
        "visit": poll.visits[0].id, "exchanges": (1,),
    }  # fmt: skip
    with i18n.speaking(language):
        lines = {code: words.reason_line(poll, Reason(code, params)) for code in KINDS}
        without = {code: words.unplanned_line(poll, Reason(code, params)) for code in WITHOUT}
    return lines, without


def test_every_reason_has_its_sentence_in_both_languages(app, poll):
    with app.test_request_context():
        dutch, english = sentences(poll, "nl"), sentences(poll, "en")
    assert {code: kind for code, (kind, _text) in dutch[0].items()} == KINDS
    texts = [str(text) for one in (dutch, english) for text in [line for _kind, line in one[0].values()]]
    texts += [text for one in (dutch, english) for text in one[1].values()]
    assert len(set(texts)) == len(texts) == 2 * len(KINDS) + 2 * len(WITHOUT)
    assert str(dutch[0]["school"][1]) == "Schoolvakantie bij Brugveld"
