"""The report as a Word file: out, and what was written in it back in."""
