"""Fixtures for tests in a real browser."""
