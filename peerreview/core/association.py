"""Whose label this is: names, mark and how to reach the secretariat. All are settings, none is in the code."""

from dataclasses import dataclass

from flask import current_app

from config import Settings


@dataclass(frozen=True, slots=True)
class Association:
    """What pages, letters and documents say about the association and its label."""

    name: str
    product_name: str
    label_name: str
    label_short: str
    mark: str
    phone: str
    contact_email: str
    base_url: str

    @classmethod
    def of(cls, settings: Settings) -> "Association":
        return cls(
            name=settings.association_name,
            product_name=settings.product_name,
            label_name=settings.label_name,
            label_short=settings.label_short,
            mark=settings.label_mark,
            phone=settings.association_phone,
            contact_email=settings.association_email,
            base_url=settings.base_url.rstrip("/"),
        )


def the_association() -> Association:
    """Whose label this application runs for."""
    association: Association = current_app.extensions["association"]
    return association


def our_own() -> Association:
    """The association whose label this application awards."""
    found: Association = current_app.extensions["association"]
    return found
