"""A believable association to try everything in: fictional organisations at real places, with rounds at every stage."""
