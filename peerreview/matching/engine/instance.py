"""An instance as a JSON text, and what is wrong with it: in one line, with the place in the text.

docs/matching-instance.schema.json describes the form. Scores and prices are whole numbers, so that equal is equal; an
organisation is named by a whole number or a text.
"""

import math
from typing import Any

from peerreview.core.instances import (
    LARGEST_KEY,
    WrongInstance,
    a_key,
    a_list,
    an_object,
    each,
    parsed,
    whole,
    wrong,
    yes_or_no,
)
from peerreview.matching.engine.problem import MOST_PRICE, MOST_SCORE, RING_SIZES, Key, Problem

__all__ = ["FIELDS", "WrongInstance", "read_instance"]

FIELDS = ("organisations", "reviews", "locked", "accepted", "promised", "forbidden", "rings", "objectives")
LEG = ("reviewer", "host", "score")


def read_instance(text: str) -> Problem:
    """The problem that this text describes. WrongInstance when it describes none."""
    try:
        return _problem(an_object(parsed(text), "the file", FIELDS, ("organisations", "reviews")))
    except WrongInstance:
        raise
    except ValueError as error:
        raise WrongInstance(str(error)) from error


def _problem(found: dict[str, Any]) -> Problem:
    keys, places = _organisations(a_list(found["organisations"], "organisations"))
    known = set(keys)

    def member(value: Any, where: str) -> Key:
        key = a_key(value, where)
        if key not in known:
            wrong(where, "one of the organisations", value)
        return key

    def group(value: Any, where: str) -> tuple[Key, ...]:
        return tuple(each(value, where, member))

    def promise(value: Any, where: str) -> tuple[tuple[Key, ...], int]:
        both = an_object(value, where, ("members", "price"), ("members", "price"))
        return group(both["members"], f"{where}.members"), whole(both["price"], f"{where}.price", MOST_PRICE)

    def pair(value: Any, where: str) -> tuple[Key, Key]:
        both = group(value, where)
        if len(both) != 2:
            wrong(where, "two organisations", value)
        return both[0], both[1]

    def review(value: Any, where: str) -> tuple[Key, Key, int]:
        if isinstance(value, list):
            if len(value) != len(LEG):
                wrong(where, f"[{', '.join(LEG)}]", value)
            reviewer, host, score = value
            at = [f"{where}[{number}]" for number in range(len(LEG))]
        else:
            reviewer, host, score = (an_object(value, where, LEG, LEG)[name] for name in LEG)
            at = [f"{where}.{name}" for name in LEG]
        return member(reviewer, at[0]), member(host, at[1]), whole(score, at[2], MOST_SCORE)

    rings = an_object(found.get("rings", {}), "rings", ("sizes", "price"), ())
    objectives = an_object(found.get("objectives", {}), "objectives", ("fair",), ())
    return Problem.of(
        keys,
        each(found["reviews"], "reviews", review),
        locked=each(found.get("locked", []), "locked", group),
        accepted=each(found.get("accepted", []), "accepted", group),
        promised=each(found.get("promised", []), "promised", promise),
        forbidden=each(found.get("forbidden", []), "forbidden", pair),
        ring_sizes=each(rings.get("sizes", []), "rings.sizes", _ring_size),
        ring_price=whole(rings.get("price", 0), "rings.price", MOST_PRICE),
        fair=yes_or_no(objectives.get("fair", False), "objectives.fair"),
        places=places,
    )


def _organisations(values: list[Any]) -> tuple[list[Key], dict[Key, tuple[float, float]] | None]:
    """The keys, and the places when everybody has one."""
    keys: list[Key] = []
    places: dict[Key, tuple[float, float]] = {}
    for number, value in enumerate(values):
        where = f"organisations[{number}]"
        if not isinstance(value, dict):
            keys.append(a_key(value, where))
            continue
        one = an_object(value, where, ("key", "x", "y"), ("key",))
        keys.append(a_key(one["key"], f"{where}.key"))
        if ("x" in one) != ("y" in one):
            raise WrongInstance(f"{where}: x and y go together")
        if "x" in one:
            places[keys[-1]] = (_number(one["x"], f"{where}.x"), _number(one["y"], f"{where}.y"))
    return keys, places if keys and len(places) == len(keys) else None


def _number(value: Any, where: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > LARGEST_KEY:
        wrong(where, "a number", value)
    return float(value)


def _ring_size(value: Any, where: str) -> int:
    if type(value) is not int or value not in RING_SIZES:
        wrong(where, "3 or 4", value)
    return value
