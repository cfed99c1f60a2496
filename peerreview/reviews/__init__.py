"""One leg of an exchange: what reviewers saw, how each rated alone, what the team found, the report and its fact check."""
