"""An instance as a JSON text, and what is wrong with it: in one line, with the place in the text.

docs/matching-instance.schema.json describes the form. Scores and prices are whole numbers, so that equal is equal; an
organisation is named by a whole number or a text.
"""

import json
import math
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from peerreview.matching.engine.problem import MOST_PRICE, MOST_SCORE, RING_SIZES, Key, Problem

T = TypeVar("T")
LONGEST_KEY, LARGEST_KEY = 200, 2**53
LONGEST_SHOWN = 60
FIELDS = ("organisations", "reviews", "locked", "accepted", "promised", "forbidden", "rings", "objectives")
LEG = ("reviewer", "host", "score")


class WrongInstance(ValueError):
    """The text is no instance; the message says where and why."""


def read_instance(text: str) -> Problem:
    """The problem that this text describes. WrongInstance when it describes none."""
    try:
        return _problem(_parsed(text))
    except WrongInstance:
        raise
    except ValueError as error:
        raise WrongInstance(str(error)) from error


def _parsed(text: str) -> dict[str, Any]:
    def constant(name: str) -> NoReturn:
        raise WrongInstance(f"{name} is no number here")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            names = [name for name, _value in pairs]
            raise WrongInstance(f"the same name twice in one object: {_shown(max(names, key=names.count))}")
        return dict(pairs)

    try:
        found = json.loads(text, parse_constant=constant, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise WrongInstance(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise WrongInstance("nested too deeply") from error
    except WrongInstance:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise WrongInstance("a number is too long") from error
    return _object(found, "the file", FIELDS, ("organisations", "reviews"))


def _problem(found: dict[str, Any]) -> Problem:
    keys, places = _organisations(_list(found["organisations"], "organisations"))
    known = set(keys)

    def member(value: Any, where: str) -> Key:
        key = _key(value, where)
        if key not in known:
            _wrong(where, "one of the organisations", value)
        return key

    def group(value: Any, where: str) -> tuple[Key, ...]:
        return tuple(_each(value, where, member))

    def promise(value: Any, where: str) -> tuple[tuple[Key, ...], int]:
        both = _object(value, where, ("members", "price"), ("members", "price"))
        return group(both["members"], f"{where}.members"), _whole(both["price"], f"{where}.price", MOST_PRICE)

    def pair(value: Any, where: str) -> tuple[Key, Key]:
        both = group(value, where)
        if len(both) != 2:
            _wrong(where, "two organisations", value)
        return both[0], both[1]

    def review(value: Any, where: str) -> tuple[Key, Key, int]:
        if isinstance(value, list):
            if len(value) != len(LEG):
                _wrong(where, f"[{', '.join(LEG)}]", value)
            reviewer, host, score = value
            at = [f"{where}[{number}]" for number in range(len(LEG))]
        else:
            reviewer, host, score = (_object(value, where, LEG, LEG)[name] for name in LEG)
            at = [f"{where}.{name}" for name in LEG]
        return member(reviewer, at[0]), member(host, at[1]), _whole(score, at[2], MOST_SCORE)

    rings = _object(found.get("rings", {}), "rings", ("sizes", "price"), ())
    objectives = _object(found.get("objectives", {}), "objectives", ("fair",), ())
    if not isinstance(fair := objectives.get("fair", False), bool):
        _wrong("objectives.fair", "true or false", fair)
    return Problem.of(
        keys,
        _each(found["reviews"], "reviews", review),
        locked=_each(found.get("locked", []), "locked", group),
        accepted=_each(found.get("accepted", []), "accepted", group),
        promised=_each(found.get("promised", []), "promised", promise),
        forbidden=_each(found.get("forbidden", []), "forbidden", pair),
        ring_sizes=_each(rings.get("sizes", []), "rings.sizes", _ring_size),
        ring_price=_whole(rings.get("price", 0), "rings.price", MOST_PRICE),
        fair=fair,
        places=places,
    )


def _organisations(values: list[Any]) -> tuple[list[Key], dict[Key, tuple[float, float]] | None]:
    """The keys, and the places when everybody has one."""
    keys: list[Key] = []
    places: dict[Key, tuple[float, float]] = {}
    for number, value in enumerate(values):
        where = f"organisations[{number}]"
        if not isinstance(value, dict):
            keys.append(_key(value, where))
            continue
        one = _object(value, where, ("key", "x", "y"), ("key",))
        keys.append(_key(one["key"], f"{where}.key"))
        if ("x" in one) != ("y" in one):
            raise WrongInstance(f"{where}: x and y go together")
        if "x" in one:
            places[keys[-1]] = (_number(one["x"], f"{where}.x"), _number(one["y"], f"{where}.y"))
    return keys, places if keys and len(places) == len(keys) else None


def _wrong(where: str, wanted: str, value: Any) -> NoReturn:
    raise WrongInstance(f"{where}: {wanted}, not {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, list | dict) and len(value) > LONGEST_SHOWN:
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**LONGEST_SHOWN else "a number of many digits"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _object(value: Any, where: str, known: Iterable[str], needed: Iterable[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _wrong(where, "an object", value)
    for name in needed:
        if name not in value:
            raise WrongInstance(f"{where}: {name} is missing")
    for name in value:
        if name not in known:
            raise WrongInstance(f"{where}: {_shown(name)} is not known here; known are {', '.join(map(str, known))}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        _wrong(where, "a list", value)
    return value


def _each(value: Any, where: str, read: Callable[[Any, str], T]) -> list[T]:
    return [read(each, f"{where}[{number}]") for number, each in enumerate(_list(value, where))]


def _key(value: Any, where: str) -> Key:
    right = type(value) is int and abs(value) <= LARGEST_KEY
    if not right and not (isinstance(value, str) and 0 < len(value) <= LONGEST_KEY):
        _wrong(where, f"a whole number or a text of 1 to {LONGEST_KEY} characters", value)
    return value  # type: ignore[no-any-return]


def _whole(value: Any, where: str, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        _wrong(where, f"a whole number from 0 to {most}", value)
    return value


def _number(value: Any, where: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > LARGEST_KEY:
        _wrong(where, "a number", value)
    return float(value)


def _ring_size(value: Any, where: str) -> int:
    if type(value) is not int or value not in RING_SIZES:
        _wrong(where, "3 or 4", value)
    return value
