"""Which versions there are and what stands in one. A published version is read once per process and then kept.

A version that is being published in this very transaction may still be undone; so what is kept is read only outside a
unit of work. `forget()` empties what was kept, for a database that was replaced.
"""

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import Engine, Select, event, select

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db, writing
from peerreview.frameworks.lifecycle import VersionState
from peerreview.frameworks.models import (
    Chapter,
    Competency,
    Framework,
    FrameworkVersion,
    Norm,
    norm_competency,
)
from peerreview.frameworks.outline import NormView, Outline, PartView, VersionView

_kept: dict[int, Outline] = {}


@event.listens_for(Engine, "engine_disposed")
def forget(_engine: Engine | None = None) -> None:
    """Read every version anew from now on; also when the connection was let go, for it may come back to other data."""
    _kept.clear()


def _versions() -> Select[FrameworkVersion, str]:
    return select(FrameworkVersion, Framework.identifier).join(Framework, Framework.id == FrameworkVersion.framework_id)


def _view(version: FrameworkVersion, identifier: str) -> VersionView:
    return VersionView(
        id=version.id,
        identifier=identifier,
        label=version.label,
        title=version.title,
        description=version.description,
        rating_scale=version.rating_scale,
        interlocutors=version.interlocutors,
        checksum=version.checksum,
        published=version.state == VersionState.PUBLISHED,
        published_at=version.published_at,
        address=version.label,
    )


def published_versions() -> list[VersionView]:
    """Every published version, the newest first. One query."""
    newest_first = _versions().where(FrameworkVersion.state == VersionState.PUBLISHED)
    newest_first = newest_first.order_by(FrameworkVersion.published_at.desc(), FrameworkVersion.id.desc())
    views = [_view(version, identifier) for version, identifier in db.session.execute(newest_first)]
    seen: set[str] = set()
    for n, view in enumerate(views):
        if view.label in seen:
            views[n] = replace(view, address=f"{view.identifier}@{view.label}")
        seen.add(view.label)
    return views


def newest_version() -> VersionView | None:
    """The version that was published last, or None while nothing is published."""
    return next(iter(published_versions()), None)


def version_at(address: str) -> VersionView | None:
    """The published version with this part of a URL ('2026', or 'family@2026' where two families share a label)."""
    for view in published_versions():
        if address in (view.address, f"{view.identifier}@{view.label}"):
            return replace(view, address=address)
    return None


def all_versions() -> list[VersionView]:
    """Every version, drafts too, the last imported first; for the secretariat."""
    return [_view(*row) for row in db.session.execute(_versions().order_by(FrameworkVersion.id.desc()))]


def version_before(view: VersionView) -> VersionView | None:
    """The published version of the same family that came before this one (the newest, for a draft), or None."""
    same = [other for other in published_versions() if other.identifier == view.identifier and other.id != view.id]
    if view.published_at is not None:
        same = [other for other in same if other.published_at and other.published_at < view.published_at]
    return next(iter(same), None)


def version_for(actor: Actor, version_id: int) -> FrameworkVersion | None:
    """Any version for the secretariat; a published one for everybody else."""
    version = db.session.get(FrameworkVersion, version_id)
    if version is None or (actor.role != SECRETARIAT and version.state != VersionState.PUBLISHED):
        return None
    return version


def outline_of(version_id: int) -> Outline:
    """The whole version as plain values; five queries the first time, none after that when it is published.

    Raises NoResultFound when there is no such version.
    """
    if version_id in _kept:
        return _kept[version_id]
    outline = _read(version_id)
    if outline.version.published and not writing.get():
        _kept[version_id] = outline
    return outline


def norms_of(version_id: int) -> tuple[NormView, ...]:
    """The norms of a version in their order, each with its chapter; no query for a version already read."""
    return outline_of(version_id).norms


def _read(version_id: int) -> Outline:
    version, identifier = db.session.execute(_versions().where(FrameworkVersion.id == version_id)).one()
    chapters = db.session.scalars(
        select(Chapter).where(Chapter.version_id == version_id).order_by(Chapter.position)
    ).all()
    competencies = db.session.scalars(
        select(Competency).where(Competency.version_id == version_id).order_by(Competency.position)
    ).all()
    serves = defaultdict(list)
    pairs = (
        select(norm_competency.c.norm_id, Competency.code)
        .join(Competency, Competency.id == norm_competency.c.competency_id)
        .where(Competency.version_id == version_id)
        .order_by(norm_competency.c.position, Competency.position)
    )
    for norm_id, code in db.session.execute(pairs):
        serves[norm_id].append(code)
    by_id = {chapter.id: chapter for chapter in chapters}
    rows = db.session.scalars(select(Norm).where(Norm.version_id == version_id).order_by(Norm.position, Norm.id))
    norms = tuple(_norm(row, by_id[row.chapter_id], tuple(serves[row.id])) for row in rows)
    return Outline(
        version=_view(version, identifier),
        chapters=tuple(_part(c, tuple(n for n in norms if n.chapter_id == c.id)) for c in chapters),
        competencies=tuple(_part(c, tuple(n for n in norms if c.code in n.competencies)) for c in competencies),
        norms=norms,
    )


def _part(row: Chapter | Competency, norms: tuple[NormView, ...]) -> PartView:
    return PartView(row.id, row.code, row.position, row.title, row.description, norms)


def _norm(row: Norm, chapter: Chapter, competencies: tuple[str, ...]) -> NormView:
    return NormView(
        id=row.id,
        version_id=row.version_id,
        code=row.code,
        position=row.position,
        theme_code=row.theme_code,
        chapter_id=chapter.id,
        chapter_code=chapter.code,
        chapter_title=chapter.title,
        competencies=competencies,
        title=row.title,
        statement=row.statement,
        explanation=row.explanation,
        indicators=row.indicators,
        questions=row.questions,
        interlocutors=tuple(row.interlocutors),
        evidence_examples=row.evidence_examples,
        essential=row.essential,
    )
