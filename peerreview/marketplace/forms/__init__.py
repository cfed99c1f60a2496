"""What may be typed on the marketplace: `offers`, and what organisations ask of each other."""
