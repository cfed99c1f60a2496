"""The one blueprint of matching, and what its codes are called for whoever reads now."""

from collections.abc import Mapping

from flask import Blueprint
from flask_babel import gettext as _

from peerreview.core import i18n
from peerreview.impartiality.words import KINDS
from peerreview.marketplace.queries.candidates import TOO_FEW_REVIEWERS
from peerreview.matching import queries
from peerreview.matching.words import Names

bp = Blueprint("matching", __name__)


def names_for(framework_version_id: int, organisations: Mapping[int, str]) -> Names:
    """Names in the language of this request."""
    fields, competencies = (
        {code: i18n.localised(title) for code, title in titles.items()}
        for titles in queries.titles(framework_version_id)
    )
    kinds = {kind.value: str(label).lower() for kind, label in KINDS.items()}
    kinds[TOO_FEW_REVIEWERS] = _("too few reviewers without a tie of their own")
    return Names(organisations, {code: title.lower() for code, title in fields.items()}, competencies, kinds)
