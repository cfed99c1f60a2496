"""A test with many examples may take its time on a busy machine: what counts is that they all hold."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
