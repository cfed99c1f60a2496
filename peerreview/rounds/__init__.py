"""A season of peer review: its dates, its rules as data, and the framework version it works with."""
