"""The log of letters: what was written to whom, how it stands, and what came back."""
