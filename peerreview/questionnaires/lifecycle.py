"""Who is asked, and how an answer came in; whether a list is open is its dates."""

from enum import StrEnum


class Audience(StrEnum):
    CLIENTS = "clients"
    VOLUNTEERS = "volunteers"
    PARTNERS = "partners"


class Channel(StrEnum):
    WEB = "web"
    PAPER = "paper"
