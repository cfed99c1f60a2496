"""What the organisation will do about each norm it does not fully meet: actions with owner, date and expected effect."""
