"""What clients, volunteers and partners say about the host: short lists of questions, answered without an account."""
