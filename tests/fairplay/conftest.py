"""Frameworks are kept per process; every test has a database of its own."""

import pytest

from peerreview.frameworks.queries import forget


@pytest.fixture(autouse=True)
def _fresh_frameworks():
    forget()
    yield
    forget()
