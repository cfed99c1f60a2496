"""The framework file: everything wrong is told at once, with its place; what is right comes back equal."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.frameworks.document import Document, read
from tests.factories.frameworks import framework_file


def problems(data) -> list[tuple[str, str]]:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    found = read(content)
    return [] if isinstance(found, Document) else [(p.path, p.message % p.values) for p in found]


def test_a_right_file_comes_back_equal():
    data = framework_file()
    found = read(json.dumps(data).encode())
    assert isinstance(found, Document)
    assert found.as_json() == data


def test_a_file_with_a_byte_order_mark_is_read():
    assert problems(b"\xef\xbb\xbf" + json.dumps(framework_file()).encode()) == []


def test_white_space_and_the_order_of_keys_make_no_difference():
    data = framework_file()
    turned = json.dumps(dict(reversed(data.items())), indent=4).encode()
    assert read(turned).checksum() == read(json.dumps(data).encode()).checksum()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This is not a JSON file: reading stops at line 1, position 1."),
        (b'{"title": ', "This is not a JSON file: reading stops at line 1, position 11."),
        ('{"title": "café"}'.encode("latin-1"), "The file is not text in UTF-8. Save it again as UTF-8."),
        (b"[" * 200_000, "This is not a framework file."),
        (b'{"version": NaN}', "This is not a framework file."),
        (b"9" * 10_000, "This is not a framework file."),
        (b'{"title": 1, "title": 2}', "“title” stands twice in the same part of the file."),
        (b" " * (5 * 1024 * 1024 + 1), "The file is larger than 5 MB."),
        (b"[]", "There should be a group of named values here ({ … })."),
    ],
)
def test_what_is_no_framework_file_is_said_in_one_sentence(content, message):
    assert problems(content) == [("", message)]


def _without(path: str, data):
    *way, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    here = data
    for key in way:
        here = here[key]
    del here[last]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("title", "title"), ("title.en", "title.en"), ("chapters.0.description.nl", "chapters[0].description.nl"),
        ("norms.1.statement", "norms[1].statement"), ("norms.1.indicators.partly", "norms[1].indicators.partly"),
        ("norms.0.questions.en", "norms[0].questions.en"), ("competencies.1.code", "competencies[1].code"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_its_place(path, place):
    data = framework_file()
    _without(path, data)
    assert (place, "This is missing.") in problems(data)


def _set(data, path: str, value):
    *way, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    here = data
    for key in way:
        here = here[key]
    here[last] = value


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("norms.0.chapter", "Z", ("norms[0].chapter", "“Z” is not in this file. Known are: O, V.")),
        ("norms.0.competencies", ["C9"], ("norms[0].competencies[0]", "“C9” is not in this file. Known are: C1, C2.")),
        ("norms.0.competencies", ["C1", "C1"], ("norms[0].competencies[1]", "“C1” stands in this list twice.")),
        ("norms.0.competencies", [], ("norms[0].competencies", "This list is empty.")),
        ("norms.1.code", "v1", ("norms[1].code", "The code “v1” stands at norms[0] already.")),
        ("norms.0.code", "V 1/2", ("norms[0].code", "“V 1/2” cannot be a code: use a few letters, digits, points or hyphens.")),
        ("norms.0.essential", "yes", ("norms[0].essential", "There should be true or false here.")),
        ("norms.0.title.nl", "", ("norms[0].title.nl", "This text is empty.")),
        ("norms.0.title.nl", "x" * 201, ("norms[0].title.nl", "This text has 201 characters; at most 200 fit.")),
        ("norms.0.statement.nl", "a\x00b", ("norms[0].statement.nl", "There is a character in this text that cannot be shown.")),
        ("norms.0.statement.nl", "\ud800", ("norms[0].statement.nl", "There is a character in this text that cannot be shown.")),
        ("norms.0.statement.nl", 7, ("norms[0].statement.nl", "There should be a text here, between quotes.")),
        ("norms.0.questions.en", [], ("norms[0].questions", "There are 1 in Dutch and 0 in English; they should be as many.")),
        ("norms.0.colour", "red", ("norms[0].colour", "This is unknown here. Known are: code, chapter, competencies, title, statement, explanation, indicators, questions, interlocutors, theme_code, evidence_examples, essential.")),  # noqa: E501
        ("norms", {}, ("norms", "There should be a list here ([ … ]).")),
        ("title", "Kader", ("title", "There should be a group of named values here ({ … }).")),
        ("rating_scale.0.code", "great", ("rating_scale", "The ratings should be exactly these: complies, partly, not.")),
        ("version", "2026 / 1", ("version", "“2026 / 1” cannot be a code: use a few letters, digits, points or hyphens.")),
        ("norms.1.chapter", "V", ("chapters", "No norm is in chapter “O”.")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_words_with_its_place(path, value, expected):
    data = framework_file(norms=2)
    _set(data, path, value)
    assert expected in problems(data)


def test_all_problems_are_told_at_once():
    data = framework_file()
    data["norms"][0]["chapter"] = "Z"
    del data["norms"][1]["title"]["en"]
    data["extra"] = 1
    assert [path for path, _message in problems(data)] == ["extra", "norms[0].chapter", "norms[1].title.en"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(where=st.sampled_from(["title", "chapters", "norms", "rating_scale", "interlocutors", "version"]), value=JSON)
def test_whatever_stands_somewhere_gives_problems_and_never_an_error(where, value):
    data = copy.deepcopy(framework_file())
    data[where] = value
    problems(data)
    data = copy.deepcopy(framework_file())
    for key in list(data["norms"][0]):
        data["norms"][0][key] = value
        problems(data)
        data["norms"][0] = copy.deepcopy(framework_file()["norms"][0])
