"""The norm frameworks that organisations are reviewed against: imported whole, published, and then never changed."""
