"""Fair play: how alike reviewers rate, what stands out in an exchange, what a moderator reads again, and what both take home."""
