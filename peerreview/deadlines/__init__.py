"""Deadlines of the whole road: who is reminded of what and when, what is late, and what a postponement moves."""
