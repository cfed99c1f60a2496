"""The norm frameworks that organisations are reviewed against: imported whole, published as a version that never changes."""
