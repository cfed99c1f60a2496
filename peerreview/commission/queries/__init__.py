"""What the commission and its secretariat read, and for whom it exists at all."""
