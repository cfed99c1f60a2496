"""Appeals against a decision, handled by three who had no part in it; and complaints, with a clock of their own."""
