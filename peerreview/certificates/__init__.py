"""Certificates and the public register: who holds what, for which scope, until when, also on a given past date."""
