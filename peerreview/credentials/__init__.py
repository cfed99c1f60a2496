"""What can be checked without us: signed credentials per certificate and per qualified reviewer, and the keys to them."""
