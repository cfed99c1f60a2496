"""The public register: who holds the label, now and on any day; pages of organisations, followers, and data for machines."""
