import json
from pathlib import Path

import pytest

from peerreview.matching.engine import solve
from peerreview.matching.engine.instance import FIELDS, WrongInstance, read_instance
from peerreview.matching.engine.report import MOST_COSTS, as_plain
from tests.schemas import faults

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE = DOCS / "matching-instance.example.json"
ANSWER = DOCS / "matching-answer.example.json"
SCHEMA = json.loads((DOCS / "matching-instance.schema.json").read_text())
TWO = '"organisations": [1, 2]'


@pytest.fixture
def run(application, tmp_path):
    """The command with this text as its file: (exit code, what it printed, what it complained of)."""

    def start(text, *options):
        path = tmp_path / "instance.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found = application.test_cli_runner().invoke(args=["matching", "solve", str(path), *options])
        return found.exit_code, found.stdout, found.stderr

    return start


def test_the_example_has_its_answer(run):
    assert run(EXAMPLE.read_text(), "--pretty") == (0, ANSWER.read_text(), "")


def test_the_answer_can_go_to_a_file(run, tmp_path):
    path = tmp_path / "answer.json"
    assert run(EXAMPLE.read_text(), "--output", str(path)) == (0, "", "")
    assert json.loads(path.read_text()) == json.loads(ANSWER.read_text())


def test_the_order_of_the_lists_changes_no_byte(run):
    turned = {
        name: part[::-1] if isinstance(part, list) else part for name, part in json.loads(EXAMPLE.read_text()).items()
    }
    assert run(json.dumps(turned), "--pretty") == (0, ANSWER.read_text(), "")


def test_the_schema_describes_what_is_read():
    assert tuple(SCHEMA["properties"]) == FIELDS
    assert SCHEMA["required"] == ["organisations", "reviews"]
    example = json.loads(EXAMPLE.read_text())
    assert faults(SCHEMA, example) == []
    assert faults(SCHEMA, example | {"reviews": [["Amstel", "Brug", 0.5]]}) != []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1, column 1: not JSON: Expecting value"),
        ("{", "line 1, column 2: not JSON"),
        ("[]", "the file: an object, not []"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "a number is too long"),
        ("[" + "1, " * 3_000_000 + "1]", "the file: an object, not a list of 3000001"),
        ('{"organisations": []}', "the file: reviews is missing"),
        ('{"a": 1, "a": 2}', "the same name twice in one object: 'a'"),
        (f'{{{TWO}, "reviews": [], "lock": []}}', "the file: 'lock' is not known here"),
        ('{"organisations": 3, "reviews": []}', "organisations: a list, not 3"),
        ('{"organisations": [1, 1], "reviews": []}', "1 is there twice"),
        ('{"organisations": [1, true], "reviews": []}', "organisations[1]: a whole number or a text"),
        ('{"organisations": [1, 2.0], "reviews": []}', "organisations[1]: a whole number or a text"),
        ('{"organisations": [""], "reviews": []}', "organisations[0]: a whole number or a text"),
        ('{"organisations": [{"key": 1, "x": 2}], "reviews": []}', "organisations[0]: x and y go together"),
        ('{"organisations": [{"key": 1, "x": 1e999, "y": 1}], "reviews": []}', "organisations[0].x: a number, not inf"),
        (f'{{{TWO}, "reviews": [[1, 2, NaN]]}}', "NaN is no number here"),
        (f'{{{TWO}, "reviews": [[1, 2, 1.0]]}}', "reviews[0][2]: a whole number from 0 to 1000000000, not 1.0"),
        (f'{{{TWO}, "reviews": [[1, 2, -1]]}}', "reviews[0][2]: a whole number from 0"),
        (f'{{{TWO}, "reviews": [[1, 2, true]]}}', "reviews[0][2]: a whole number from 0"),
        (f'{{{TWO}, "reviews": [[1, 2]]}}', "reviews[0]: [reviewer, host, score], not [1, 2]"),
        (f'{{{TWO}, "reviews": [[1, 3, 4]]}}', "reviews[0][1]: one of the organisations, not 3"),
        (f'{{{TWO}, "reviews": [[1, "2", 4]]}}', "reviews[0][1]: one of the organisations, not '2'"),
        (f'{{{TWO}, "reviews": [[1, [], 4]]}}', "reviews[0][1]: a whole number or a text"),
        (f'{{{TWO}, "reviews": [{{"reviewer": 1, "host": 2}}]}}', "reviews[0]: score is missing"),
        (f'{{{TWO}, "reviews": [[1, 2, 3], [1, 2, 3]]}}', "the review of 2 by 1 is there twice"),
        (f'{{{TWO}, "reviews": [[1, 1, 3]]}}', "the review of 1 by 1 is one of itself"),
        (f'{{{TWO}, "reviews": [], "locked": [[1]]}}', "a locked group has 2 to 4 members: 1"),
        (f'{{{TWO}, "reviews": [], "promised": [{{"members": [1, 2], "price": "3"}}]}}', "promised[0].price: a whole"),
        (f'{{{TWO}, "reviews": [], "forbidden": [[1]]}}', "forbidden[0]: two organisations, not [1]"),
        (f'{{{TWO}, "reviews": [], "rings": {{"sizes": [5]}}}}', "rings.sizes[0]: 3 or 4, not 5"),
        (f'{{{TWO}, "reviews": [], "rings": [3]}}', "rings: an object, not [3]"),
        (f'{{{TWO}, "reviews": [], "objectives": {{"fair": 1}}}}', "objectives.fair: true or false, not 1"),
    ],
)
def test_what_is_no_instance_is_refused_in_one_line_with_its_place(text, complaint):
    with pytest.raises(WrongInstance) as refused:
        read_instance(text)
    assert (complaint in str(refused.value), "\n" in str(refused.value)) == (True, False)
    assert len(str(refused.value)) < 250


def test_the_command_refuses_in_one_line_and_ends_with_2(run):
    code, printed, complaint = run('{"organisations": [1], "reviews": 4}')
    assert (code, printed) == (2, "")
    assert complaint.endswith("instance.json: reviews: a list, not 4\n")
    assert complaint.count("\n") == 1
    code, _printed, complaint = run(b"\xff{}")
    assert (code, complaint.endswith("not UTF-8 at byte 0\n")) == (2, True)


def test_a_file_that_is_not_there_is_refused(application):
    assert application.test_cli_runner().invoke(args=["matching", "solve", "/no/such/file"]).exit_code == 2


def test_each_one_left_hears_why():
    text = """{"organisations": ["a", "b", "c", "d", "e", "f", "g"], "locked": [["e", "f"]], "reviews": [
        ["a", "b", 9], ["b", "a", 9], ["c", "a", 5], ["a", "c", 6], ["d", "a", 1], ["e", "g", 1], ["g", "e", 1]]}"""
    problem = read_instance(text)
    assert as_plain(problem, solve(problem))["unmatched"] == [
        {
            "key": "c",
            "reason": "all partners in other groups",
            "partner": "a",
            "cost": {"matched": 0, "accepted_honoured": 0, "objective": 7},
        },
        {"key": "d", "reason": "only one way"},
        {"key": "g", "reason": "all partners locked", "partner": "e"},
    ]
    alone = read_instance('{"organisations": [1, 2], "reviews": [[1, 2, 3], [2, 1, 3]], "forbidden": [[2, 1]]}')
    assert [one["reason"] for one in as_plain(alone, solve(alone))["unmatched"]] == ["no allowed review"] * 2


def test_costs_are_told_for_the_first_only():
    star = {
        "organisations": list(range(40)),
        "reviews": [leg for n in range(1, 40) for leg in ([0, n, n], [n, 0, n])],
    }
    problem = read_instance(json.dumps(star))
    left = as_plain(problem, solve(problem))["unmatched"]
    assert [("cost" in one) for one in left] == [True] * MOST_COSTS + [False] * 18
    assert left[0]["cost"] == {"matched": 0, "accepted_honoured": 0, "objective": 76}
