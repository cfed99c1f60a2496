"""A framework version as other features read it: plain values that never change, without a database behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

Text = Mapping[str, str]
Lines = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class VersionView:
    """One edition of a framework. `address` is its part of a URL: the label, with the family if need be."""

    id: int
    identifier: str
    label: str
    title: Text
    description: Text
    rating_scale: Sequence[Mapping[str, object]]
    interlocutors: Sequence[Mapping[str, object]]
    checksum: str
    published: bool
    published_at: datetime | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class NormView:
    """One norm with the chapter it is in and the codes of the competencies that it serves. Texts carry nl and en."""

    id: int
    version_id: int
    code: str
    position: int
    theme_code: str
    chapter_id: int
    chapter_code: str
    chapter_title: Text
    competencies: tuple[str, ...]
    title: Text
    statement: Text
    explanation: Text
    indicators: Mapping[str, Text]
    questions: Lines
    interlocutors: tuple[str, ...]
    evidence_examples: Lines
    essential: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A chapter or a competency, with its norms in their order."""

    id: int
    code: str
    position: int
    title: Text
    description: Text
    norms: tuple[NormView, ...]


@dataclass(frozen=True)
class Outline:
    """A whole version: its chapters, competencies and norms, each in the order of the framework file."""

    version: VersionView
    chapters: tuple[PartView, ...]
    competencies: tuple[PartView, ...]
    norms: tuple[NormView, ...]

    @cached_property
    def by_id(self) -> dict[int, NormView]:
        return {norm.id: norm for norm in self.norms}

    @cached_property
    def by_code(self) -> dict[str, NormView]:
        return {norm.code: norm for norm in self.norms}

    @cached_property
    def interlocutor_labels(self) -> dict[str, Text]:
        """What each function is called, by its code."""
        return {str(item["code"]): item["label"] for item in self.version.interlocutors}  # type: ignore[misc]

    @cached_property
    def rating_labels(self) -> dict[str, Text]:
        """What each rating is called, by its code, in the order of the scale."""
        return {str(item["code"]): item["label"] for item in self.version.rating_scale}  # type: ignore[misc]

    def norm(self, code: str) -> NormView | None:
        return self.by_code.get(code)

    def chapter(self, code: str) -> PartView | None:
        return next((part for part in self.chapters if part.code == code), None)

    def competency(self, code: str) -> PartView | None:
        return next((part for part in self.competencies if part.code == code), None)

    def neighbours(self, norm: NormView) -> tuple[NormView | None, NormView | None]:
        """The norm before and the norm after this one; None at either end."""
        at = self.norms.index(norm)
        before = self.norms[at - 1] if at else None
        after = self.norms[at + 1] if at + 1 < len(self.norms) else None
        return before, after
