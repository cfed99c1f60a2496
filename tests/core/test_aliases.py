"""Aliases that modules keep are finished when the application starts, so that no two threads fill one together."""

from sqlalchemy import inspect

from peerreview.core import aliases
from peerreview.impartiality.queries import register
from peerreview.visits.queries import lists


def test_every_alias_that_a_module_keeps_is_finished_before_the_first_question(app):
    kept = (lists.Host, lists.HostOf, register.Other)
    missing = [
        (alias, attribute.key)
        for alias in kept
        for attribute in inspect(alias).mapper.column_attrs
        if attribute.key not in vars(alias)
    ]
    assert missing == []


def test_all_aliases_of_the_application_are_found(app):
    assert aliases.finish() >= 10
