import json
from pathlib import Path

import pytest

from peerreview.core.instances import WrongInstance
from peerreview.visits.planning.document import EXCHANGE, FIELDS, RULES, VISIT, read_document
from tests.schemas import faults

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "visit-instance.example.json"
ANSWER = DOCS / "visit-answer.example.json"
SCHEMA = json.loads((DOCS / "visit-instance.schema.json").read_text())


@pytest.fixture
def run(application, tmp_path):
    """The command with this text as its file: (exit code, what it printed, what it complained of)."""

    def start(text, *options):
        path = tmp_path / "instance.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = application.test_cli_runner().invoke(args=["visits", "plan", str(path), *options])
        return found.exit_code, found.stdout, found.stderr

    return start


def test_the_example_has_its_answer(run):
    assert run(EXAMPLE.read_text(), "--pretty") == (0, ANSWER.read_text(), "")


def test_the_answer_can_go_to_a_file_with_the_best_plans_of_each_exchange_alone(run, tmp_path):
    path = tmp_path / "answer.json"
    assert run(EXAMPLE.read_text(), "--output", str(path), "--best", "2") == (0, "", "")
    found = json.loads(path.read_text())["exchanges"]
    assert [len(one.pop("alone")) for one in found] == [2, 2]
    assert found == json.loads(ANSWER.read_text())["exchanges"]


def test_the_schema_describes_what_is_read():
    exchange = SCHEMA["properties"]["exchanges"]["items"]
    assert tuple(SCHEMA["properties"]) == FIELDS
    assert tuple(exchange["properties"]) == EXCHANGE
    assert tuple(SCHEMA["$defs"]["visit"]["properties"]) == VISIT
    assert tuple(SCHEMA["properties"]["rules"]["properties"]) == RULES
    example = json.loads(EXAMPLE.read_text())
    assert faults(SCHEMA, example) == []
    assert faults(SCHEMA, example | {"today": "1 February 2027"}) == ["$.today: against the pattern"]


def changed(**fields):
    """A small round, as a text, with these fields instead."""
    visit = {"key": "v", "host": "h", "reviewing": "r", "people": [1, 2], "lead": 1}
    exchange = {"key": "e", "days": ["2027-04-13"], "visits": [visit | fields.pop("visit", {})], "answers": []}
    values = {
        "today": "2027-02-01", "people": [1, 2], "organisations": ["h", "r"],
        "exchanges": [exchange | fields.pop("exchange", {})],
    }  # fmt: skip
    return json.dumps(values | fields)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "line 1, column 2: not JSON"),
        ("[]", "the file: an object, not []"),
        ("{}", "the file: today is missing"),
        (changed(week=3), "the file: 'week' is not known here"),
        (changed(today="2027-02-30"), "today: a day like '2027-04-13', not '2027-02-30'"),
        (changed(rules={"gap_calendar_days_between_visits": 61}), "rules.gap_calendar_days_between_visits: a whole number"),
        (changed(rules={"quorum": 3}), "rules: 'quorum' is not known here"),
        (changed(people=[1, 2, 1]), "people[2].key: 1 is there twice"),
        (changed(people=[1, {"key": 2, "busy": "2027-04-13"}]), "people[1].busy: a list"),
        (changed(people=[1, {"key": 2, "off": [["sunday", "morning"]]}]), "people[1].off[0]: a weekday and a half"),
        (changed(people=[1, {"key": 2, "off": [["monday", "noon"]]}]), "people[1].off[0][1]: one of morning, afternoon"),
        (
            changed(organisations=["r", {"key": "h", "school_holidays": [["2027-05-09", "2027-04-24"]]}]),
            "organisations[1].school_holidays[0]: the first and the last day",
        ),
        (changed(exchange={"days": ["2027-04-17"]}), "exchanges[0].days[0]: a working day after today, not '2027-04-17'"),
        (changed(exchange={"days": ["2027-02-01"]}), "exchanges[0].days[0]: a working day after today"),
        (changed(exchange={"visits": []}), "exchanges[0].visits: one visit or more, not []"),
        (changed(visit={"host": "x"}), "exchanges[0].visits[0].host: one of the organisations, not 'x'"),
        (changed(visit={"people": [1, 3]}), "exchanges[0].visits[0].people[1]: one of the people, not 3"),
        (changed(visit={"people": [2]}), "exchanges[0].visits[0].lead: one of the people of the visit, not 1"),
        (changed(visit={"half_days": 7}), "exchanges[0].visits[0].half_days: a whole number from 1 to 6, not 7"),
        (changed(visit={"self_evaluation_ready": 1}), "exchanges[0].visits[0].self_evaluation_ready: true or false"),
        (changed(visit={"slot": {"day": "2027-04-27"}}), "exchanges[0].visits[0].slot.day: a working day"),
        (changed(visit={"slot": {"day": "2027-04-13", "half": "morning"}}), "slot: half belongs to a visit of one half-day"),
        (
            changed(visit={"slot": {"day": "2027-04-13"}}, people=[1, {"key": 2, "busy": ["2027-04-13"]}]),
            "exchanges[0].visits: somebody of 'v' is busy on its day",
        ),
        (changed(exchange={"answers": [[1, "2027-04-13"]]}), "exchanges[0].answers[0]: [person, day, answer]"),
        (changed(exchange={"answers": [[1, "2027-04-13", "maybe"]]}), "exchanges[0].answers[0][2]: one of yes, if_need_be"),
        (changed(exchange={"answers": [[1, "2027-04-13", "noon", "yes"]]}), "exchanges[0].answers[0][2]: one of morning"),
        (changed(exchange={"answers": [[1, "2027-04-13", [], "yes"]]}), "exchanges[0].answers[0][2]: one of morning"),
    ],
)  # fmt: skip
def test_what_is_no_round_is_refused_in_one_line_with_its_place(text, complaint):
    with pytest.raises(WrongInstance) as refused:
        read_document(text)
    assert (complaint in str(refused.value), "\n" in str(refused.value)) == (True, False)


def test_two_days_that_cannot_be_together_are_refused():
    both = [
        {"key": n, "host": "h", "reviewing": "r", "people": [n], "slot": {"day": f"2027-04-{12 + n}"}} for n in (1, 2)
    ]
    with pytest.raises(WrongInstance, match="1 and 2 cannot be 1 days apart"):
        read_document(changed(exchange={"visits": both}))


def test_the_command_refuses_in_one_line_and_ends_with_2(run, application):
    code, printed, complaint = run(changed(today=4))
    assert (code, printed) == (2, "")
    assert complaint.endswith("instance.json: today: a day like '2027-04-13', not 4\n")
    code, _printed, complaint = run(b"\xff{}")
    assert (code, complaint.endswith("not UTF-8 at byte 0\n")) == (2, True)
    assert application.test_cli_runner().invoke(args=["visits", "plan", "/no/such/file"]).exit_code == 2
