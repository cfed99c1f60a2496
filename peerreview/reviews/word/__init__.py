"""A report as a Word file, and what somebody wrote in it read back: by the codes of its norms, never by its place."""
