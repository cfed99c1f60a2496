"""One leg of an exchange: what reviewers saw, how each rated alone, the findings, the report and its fact check."""
