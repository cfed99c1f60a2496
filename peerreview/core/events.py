"""What happened, told to features that come later: `on("exchange.confirmed")` hears it inside the same unit of work.

An act that crosses features belongs to the later one. Where an earlier feature's act has later consequences (a
confirmed exchange gets visits, visits get reviews), it announces the fact and knows nothing of who listens.
"""

from collections.abc import Callable
from typing import Any

Listener = Callable[..., Any]
_listeners: dict[str, list[Listener]] = {}


def on(fact: str) -> Callable[[Listener], Listener]:
    """Call this function, with the subject and `by=`, each time `fact` is announced."""

    def register(listener: Listener) -> Listener:
        known = _listeners.setdefault(fact, [])
        if listener not in known:
            known.append(listener)
        return listener

    return register


def listeners_of(fact: str) -> tuple[Listener, ...]:
    """Who hears this fact, in the order of the features."""
    return tuple(_listeners.get(fact, ()))


def announce(fact: str, subject: Any, **details: Any) -> None:
    """Tell every listener, in the order of the features; an error in one undoes the whole act."""
    for listener in listeners_of(fact):
        listener(subject, **details)
