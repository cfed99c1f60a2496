"""An organisation and its label in the words of schema.org, for search engines and other programs that read pages."""

from collections.abc import Callable
from typing import Any

from peerreview.core import clock
from peerreview.core.association import Association
from peerreview.register.snapshot import Entry


def linked_data(entry: Entry, address: Callable[[str], str], association: Association) -> dict[str, Any]:
    """JSON-LD: an Organization, with the label as its EducationalOccupationalCredential while that is valid.

    `address` makes a whole address of a path. What is suspended or over is no credential, so none is told then.
    """
    row = entry.row_on(clock.today())
    page = address(f"/register/{entry.slug}")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{page}#organisation",
        "name": entry.name,
        "identifier": {"@type": "PropertyValue", "propertyID": "KvK", "value": entry.kvk},
        "address": {
            "@type": "PostalAddress", "addressLocality": entry.place, "addressRegion": entry.province,
            "addressCountry": "NL",
        },
        "mainEntityOfPage": page,
    }  # fmt: skip
    if entry.website:
        data["url"] = entry.website
    if row is not None and row.status == "active":
        data["hasCredential"] = {
            "@type": "EducationalOccupationalCredential",
            "@id": address(f"/c/{row.held.number}"),
            "url": address(f"/c/{row.held.number}"),
            "name": association.label_name,
            "credentialCategory": "quality label",
            "identifier": row.held.number,
            "dateCreated": row.held.starts_on.isoformat(),
            "expires": row.held.ends_on.isoformat(),
            "recognizedBy": {"@type": "Organization", "name": association.name},
        }
    return data
