"""Aliases that live as long as the program are finished before anybody asks a question.

An alias copies every column of its table, so those of often asked lists are made once, as a module is read. SQLAlchemy
fills such a copy at its first use and two threads that are first together can find it half filled: the question then
loses a join. So the columns are touched once, while there is one thread.
"""

import sys

from sqlalchemy import inspect
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.util import AliasedClass


def finish() -> int:
    """Finish every alias that a module of the application holds; how many there are."""
    configure_mappers()
    aliases = {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("peerreview.")
        for value in vars(module).values()
        if isinstance(value, AliasedClass)
    }
    for alias in aliases.values():
        for attribute in inspect(alias).mapper.column_attrs:
            getattr(alias, attribute.key).__clause_element__()
    return len(aliases)
