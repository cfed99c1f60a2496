"""The host's own account per norm, written by several people before the visit and submitted by the executive."""
