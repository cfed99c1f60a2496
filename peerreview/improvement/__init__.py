"""What the organisation will do about each norm it does not fully meet: actions with owner, day and expected effect."""
