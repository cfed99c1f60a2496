"""The counted queries under a name that leaves `queries` to the module."""

import pytest


@pytest.fixture
def queries_seen(queries):
    return queries
