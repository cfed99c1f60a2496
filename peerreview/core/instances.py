"""A problem as a JSON text that somebody wrote: its values, and what is wrong with it in one line, with the place.

A reader (those of the matching engine and of the planner of visits) asks for each value by what it should be, and
names the place: `whole(found["score"], "reviews[0].score", 100)`.
"""

import json
from collections.abc import Callable, Iterable
from typing import IO, Any, NoReturn, TypeVar

import click

T = TypeVar("T")
Key = int | str
LONGEST_KEY, LARGEST_KEY = 200, 2**53
LONGEST_SHOWN = 60


class WrongInstance(ValueError):
    """The text is no instance; the message says where and why."""


class NotAnInstance(click.ClickException):
    """One line on what is wrong with the file that a command was given."""

    exit_code = 2


def read_file(file: IO[bytes], read: Callable[[str], T]) -> T:
    """What `read` makes of a command's file. NotAnInstance, with the name of the file, when it is none."""
    try:
        return read(file.read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotAnInstance(f"{file.name}: not UTF-8 at byte {error.start}") from error
    except WrongInstance as error:
        raise NotAnInstance(f"{file.name}: {error}") from error


def parsed(text: str) -> Any:
    """The values of a JSON text. WrongInstance for anything else, for NaN and for a name that is twice in an object."""

    def constant(name: str) -> NoReturn:
        raise WrongInstance(f"{name} is no number here")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            names = [name for name, _value in pairs]
            raise WrongInstance(f"the same name twice in one object: {shown(max(names, key=names.count))}")
        return dict(pairs)

    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise WrongInstance(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise WrongInstance("nested too deeply") from error
    except WrongInstance:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise WrongInstance("a number is too long") from error


def wrong(where: str, wanted: str, value: Any) -> NoReturn:
    """Say that this place holds something else than was wanted."""
    raise WrongInstance(f"{where}: {wanted}, not {shown(value)}")


def shown(value: Any) -> str:
    """A value in at most LONGEST_SHOWN characters."""
    if isinstance(value, list | dict) and len(value) > LONGEST_SHOWN:
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**LONGEST_SHOWN else "a number of many digits"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def an_object(value: Any, where: str, known: Iterable[str], needed: Iterable[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        wrong(where, "an object", value)
    for name in needed:
        if name not in value:
            raise WrongInstance(f"{where}: {name} is missing")
    for name in value:
        if name not in known:
            raise WrongInstance(f"{where}: {shown(name)} is not known here; known are {', '.join(map(str, known))}")
    return value


def a_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        wrong(where, "a list", value)
    return value


def each(value: Any, where: str, read: Callable[[Any, str], T]) -> list[T]:
    """What `read` makes of each value of a list, with the place of each."""
    return [read(one, f"{where}[{number}]") for number, one in enumerate(a_list(value, where))]


def a_key(value: Any, where: str) -> Key:
    right = type(value) is int and abs(value) <= LARGEST_KEY
    if not right and not (isinstance(value, str) and 0 < len(value) <= LONGEST_KEY):
        wrong(where, f"a whole number or a text of 1 to {LONGEST_KEY} characters", value)
    return value  # type: ignore[no-any-return]


def whole(value: Any, where: str, most: int, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= most:
        wrong(where, f"a whole number from {least} to {most}", value)
    return value


def yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        wrong(where, "true or false", value)
    return value
