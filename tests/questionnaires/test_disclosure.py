"""What shows of the answers: the rule, also against every set of answers that lies below it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from peerreview.questionnaires.disclosure import ENOUGH, Results, Sheet, at_least, results, seen
from peerreview.questionnaires.lifecycle import Channel, Stance

QUESTIONS = [
    {"id": "q1", "kind": "scale", "text": {"nl": "Ik word gehoord."}, "norm_id": 1},
    {"id": "q2", "kind": "open", "text": {"nl": "Wat moet blijven?"}, "norm_id": None},
    {"id": "q3", "kind": "open", "text": {"nl": "Wat kan beter?"}, "norm_id": None},
]
WEB, PAPER = Channel.WEB, Channel.PAPER

stances = st.sampled_from(list(Stance)).map(str)
answers = st.fixed_dictionaries(
    {}, optional={"q1": stances, "q2": st.text(min_size=1, max_size=9), "q3": st.text(min_size=1, max_size=9)}
)


def sheets_of(by_link, on_paper):
    given = [(WEB, one) for one in by_link] + [(PAPER, one) for one in on_paper]
    return [Sheet(n, channel, one) for n, (channel, one) in enumerate(given, 1)]


def people(by_link, on_paper=0, **more):
    one = {"q1": "agree"} | more
    return sheets_of([one] * by_link, [one] * on_paper)


few = st.lists(answers, max_size=ENOUGH - 1)
some = st.lists(answers, max_size=14)


@given(by_link=few, on_paper=few)
def test_no_set_of_answers_below_the_line_can_be_told_from_none(by_link, on_paper):
    sheets = sheets_of(by_link, on_paper)
    assert results(QUESTIONS, sheets) == results(QUESTIONS, []) is None
    assert at_least(len(by_link)) == at_least(len(on_paper)) == at_least(0) == 0


@given(by_link=some, on_paper=some)
def test_what_shows_are_whole_answers_of_five_or_more_whatever_the_typist_subtracts(by_link, on_paper):
    found = results(QUESTIONS, sheets_of(by_link, on_paper))
    for line in found.lines if found else ():
        key = line.question["id"]
        web, paper = (Counter(one[key] for one in part if key in one) for part in (by_link, on_paper))
        shown = Counter(line.texts) if line.texts else Counter({str(s): n for s, n in line.counts.items() if n})
        assert line.people == shown.total()
        unknown_to_typist = shown if shown != paper else Counter()
        assert shown in (Counter(), paper, web + paper)
        if shown:
            assert shown.total() >= ENOUGH
            assert unknown_to_typist == Counter() or (unknown_to_typist - paper).total() >= ENOUGH


@given(by_link=few, on_paper=some)
def test_fewer_than_five_by_link_change_nothing_beside_any_number_on_paper(by_link, on_paper):
    assert results(QUESTIONS, sheets_of(by_link, on_paper)) is None or _without_ids(by_link, on_paper) == _without_ids(
        [], on_paper
    )


def _without_ids(by_link, on_paper):
    found = results(QUESTIONS, sheets_of(by_link, on_paper))
    lines = [(line.people, line.counts, sorted(line.texts)) for line in found.lines] if found else None
    return found and found.people, lines


def test_five_by_link_show_and_four_do_not():
    assert results(QUESTIONS, people(4)) is None
    found = results(QUESTIONS, people(5))
    assert isinstance(found, Results)
    assert (found.people, found.lines[0].people, found.lines[0].counts[Stance.AGREE]) == (5, 5, 5)


def test_typed_sheets_do_not_help_four_answers_by_link_over_the_line():
    assert seen(people(4, 4)) == []
    assert {sheet.channel for sheet in seen(people(4, 5))} == {PAPER}
    assert len(seen(people(5, 1))) == 6


def test_a_question_that_four_answered_stays_empty_beside_one_that_six_answered():
    found = results(QUESTIONS, people(4, q2="Koffie") + [Sheet(90 + n, WEB, {"q1": "fully"}) for n in range(2)])
    assert found is not None
    assert [(line.people, line.texts) for line in found.lines] == [(6, ()), (0, ()), (0, ())]
    assert found.lines[1].counts == {}


def test_texts_of_one_hand_stand_at_another_place_at_each_question():
    sheets = sheets_of([{"q2": f"A{n}", "q3": f"B{n}"} for n in range(12)], [])
    found = results(QUESTIONS, sheets)
    assert found is not None
    first, second = ([int(text[1:]) for text in line.texts] for line in found.lines[1:])
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != second
    assert list(range(12)) not in (first, second)
