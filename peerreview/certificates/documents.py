"""The words and values that the certificate's PDF is made of."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from peerreview.core import i18n


def long_day(day: date) -> str:
    """'23 september 2030' for print."""
    return i18n.day(day, weekday=False, year=True).replace(i18n.NBSP, " ")


def certificate_data(
    *,
    number: str,
    organisation: str,
    kvk: str,
    scope: str,
    route: str,
    framework: str,
    decided_on: date,
    starts_on: date,
    ends_on: date,
    chair: str,
    url: str,
    code: str,
    qr: str,
    product: str,
    label: str,
) -> dict[str, Any]:
    """What `templates/documents/certificate.typ` asks for, in the language now spoken."""
    return {
        "title": _("Certificate %(number)s, %(name)s", number=number, name=organisation),
        "issued": decided_on.isoformat(),
        "brand": {"name": product, "tagline": label},
        "organisation": organisation,
        "kvk": kvk,
        "scope": scope,
        "route": route,
        "framework": framework,
        "decided": long_day(decided_on),
        "valid_from": long_day(starts_on),
        "valid_until": long_day(ends_on),
        "number": number,
        "chair": chair,
        "verify": {"url": url.removeprefix("https://").removeprefix("http://"), "code": code, "qr": qr},
        "words": {
            "certificate": _("Certificate"),
            "certified": _("Certified"),
            "logo_alt": _("%(product)s, %(label)s, certified", product=product, label=label),
            "statement": _(
                "holds the %(label)s. Colleagues from another organisation came to look, "
                "and the commission decided on the strength of their report.",
                label=label,
            ),
            "scope": _("Scope"),
            "route": _("Route"),
            "framework": _("Framework"),
            "decided": _("Decided on"),
            "valid_from": _("Valid from"),
            "valid_until": _("Valid up to and including"),
            "kvk": _("KvK number"),
            "number": _("Certificate number"),
            "chair": _("chair of the commission"),
            "check_at": _("Check this certificate at"),
            "with_code": _("with code {code}"),
            "qr_alt": _("QR code to the page where it is checked"),
        },
    }
