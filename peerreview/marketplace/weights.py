"""What each part of fitting counts for in a round."""

from collections.abc import Mapping
from dataclasses import fields

from peerreview.marketplace.fit import Weights


def weights_from(rules: Mapping[str, int]) -> Weights:
    """The weights among a round's rules. ValueError when none is above 0."""
    names = {"conflict": "conflict_cost"}
    return Weights(**{each.name: int(rules[names.get(each.name, f"weight_{each.name}")]) for each in fields(Weights)})
