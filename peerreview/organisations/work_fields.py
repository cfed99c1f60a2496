"""The association's work fields to start with, and how to recognise one in a list, in Dutch or English."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peerreview.organisations.places import folded
from peerreview.organisations.wrong import Wrong
from peerreview.organisations.wrong import mark as _l


@dataclass(frozen=True, slots=True)
class Field:
    """A work field: its code, its name in both languages and other words for it."""

    code: str
    nl: str
    en: str
    also: tuple[str, ...] = ()


STARTERS = (
    Field("community", "Opbouwwerk", "Community work", ("buurtwerk", "samenlevingsopbouw", "community development")),
    Field("youth", "Jongerenwerk", "Youth work", ("jeugdwerk", "jongeren", "straathoekwerk")),
    Field("children", "Kinderwerk", "Children's work", ("kinderen", "tienerwerk", "peuterwerk")),
    Field("social", "Maatschappelijk werk", "Social casework", ("amw", "algemeen maatschappelijk werk", "social work")),
    Field("school", "Schoolmaatschappelijk werk", "School social work", ("smw", "school maatschappelijk werk")),
    Field("elderly", "Ouderenwerk", "Work with older people", ("ouderen", "ouderenadvies", "elderly")),
    Field("carers", "Mantelzorg", "Informal care", ("mantelzorgondersteuning", "mantelzorgers", "carers")),
    Field("volunteers", "Vrijwilligerswerk", "Volunteering", ("vrijwilligers", "vrijwillige inzet", "volunteers")),
    Field("debt", "Schuldhulp", "Debt support", ("schuldhulpverlening", "schulddienstverlening", "debt")),
    Field("family", "Gezin en opvoeding", "Family and parenting", ("opvoedondersteuning", "gezin", "family")),
    Field("newcomers", "Nieuwkomers", "Newcomers", ("vluchtelingenwerk", "statushouders", "inburgering", "refugees")),
    Field("neighbourhood", "Wijkteam", "Neighbourhood team", ("sociaal wijkteam", "wijkteams", "sociaal team")),
    Field("sports", "Sport en bewegen", "Sports", ("buurtsport", "sport", "buurtsportcoach")),
)  # fmt: skip
_ALSO = {field.code: field.also for field in STARTERS}


@dataclass(frozen=True, slots=True)
class Known:
    """A work field of the association's list as it is now."""

    id: int
    code: str
    nl: str
    en: str

    def words(self) -> Iterable[str]:
        return (self.code, self.nl, self.en, *_ALSO.get(self.code, ()))


def find_work_fields(text: str, known: Sequence[Known]) -> list[Known]:
    """The work fields named in a cell, separated by ; , / | or new lines (or “en”); each once, in the list's order.

    Raises Wrong for one that the association does not have, and names those that it has.
    """
    by_word = {folded(word): field for field in known for word in field.words()}
    found = {
        field.code for piece in re.split(r"[;,/|\n]+", text) if piece.strip() for field in _of(piece, by_word, known)
    }
    return [field for field in known if field.code in found]


def _of(piece: str, by_word: dict[str, Known], known: Sequence[Known]) -> list[Known]:
    if whole := by_word.get(folded(piece)):
        return [whole]
    parts = re.split(r"\s+(?:en|and|&|\+)\s+", piece.strip())
    fields = [by_word.get(folded(part)) for part in parts]
    if len(parts) > 1 and all(fields):
        return [field for field in fields if field]
    raise Wrong(
        _l("“%(text)s” is not a work field of this association. Known are: %(known)s."),
        text=piece.strip()[:60], known=", ".join(field.nl for field in known),
    )  # fmt: skip
