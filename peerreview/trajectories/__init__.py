"""One organisation's road in one round: signing up, being accepted, and the stage it is in until the certificate."""
