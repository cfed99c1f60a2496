"""Each person's first page: what waits for them, by when, and who waits on whom; and the secretariat's cockpit."""
