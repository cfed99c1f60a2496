"""Impartiality: conflicts of interest of organisations and persons, declared or detected, waivers, and their register."""
