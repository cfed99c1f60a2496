"""Bring a framework in as a draft, publish it for ever, or throw the draft away."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, Refused
from peerreview.core.events import announce
from peerreview.frameworks import document
from peerreview.frameworks.checking import Problem
from peerreview.frameworks.document import Document
from peerreview.frameworks.lifecycle import FRAMEWORK_VERSION, VersionState
from peerreview.frameworks.models import Chapter, Competency, Framework, FrameworkVersion, Norm, norm_competency


def in_words(problem: Problem) -> str:
    """A problem of a framework file as one sentence in the reader's language, with its place in front."""
    sentence = _(problem.message, **problem.values) if problem.values else _(problem.message)
    return f"{problem.path}: {sentence}" if problem.path else str(sentence)


def import_framework(content: bytes, *, by: Actor) -> FrameworkVersion:
    """Keep the framework in this file as a draft version, whole or not at all.

    The same content again gives the version that is there. A draft with this identifier and version is replaced; a
    published one refuses (Refused). Invalid with every problem, in words and with its place, when the file is wrong.
    """
    read = document.read(content)
    if not isinstance(read, Document):
        raise Invalid(_("This file is not a whole framework yet. Nothing was imported."), [in_words(p) for p in read])
    with unit_of_work():
        family = _family(read.identifier)
        known = db.session.scalars(
            select(FrameworkVersion).where(
                FrameworkVersion.framework_id == family.id, FrameworkVersion.label == read.label
            )
        ).one_or_none()
        checksum = read.checksum()
        if known is not None and known.checksum == checksum:
            return known
        if known is not None and known.state == VersionState.PUBLISHED:
            raise Refused(
                _(
                    "Version %(label)s is published and never changes. Give the changed file a new version.",
                    label=read.label,
                )
            )
        version = _draft(known, family, read, checksum)
        _fill(version, read)
        verb = "import" if known is None else "import_again"
        audit.record(f"framework_version.{verb}", version, by=by, after={"label": read.label, "checksum": checksum})
    return version


def publish(version: FrameworkVersion, *, by: Actor) -> FrameworkVersion:
    """From now on everybody reads this version and rounds may use it; it never changes again.

    Announces `framework.published`. Publishing twice changes nothing.
    """
    if version.state == VersionState.PUBLISHED:
        return version
    with unit_of_work():
        audit.change_state(version, FRAMEWORK_VERSION, "publish", by=by)
        version.published_at = clock.now()
        announce("framework.published", version, by=by)
    return version


def discard_draft(version: FrameworkVersion, *, by: Actor) -> None:
    """Throw a draft away with all that is in it; a published version refuses."""
    if version.state == VersionState.PUBLISHED:
        raise Refused(_("This version is published and never changes."))
    with unit_of_work():
        audit.record("framework_version.discard", version, by=by, before={"label": version.label})
        _empty(version)
        db.session.delete(version)


def _family(identifier: str) -> Framework:
    family = db.session.scalars(select(Framework).where(Framework.identifier == identifier)).one_or_none()
    if family is None:
        family = Framework(identifier=identifier)
        db.session.add(family)
        db.session.flush()
    return family


def _draft(known: FrameworkVersion | None, family: Framework, read: Document, checksum: str) -> FrameworkVersion:
    """A new draft, or the known one made empty, with the facts of this file."""
    version = known or FrameworkVersion(framework_id=family.id, label=read.label)
    if known is not None:
        _empty(known)
    version.title, version.description = read.title, read.description
    version.rating_scale, version.interlocutors = read.rating_scale, read.interlocutors
    version.checksum, version.state_since = checksum, clock.now()
    db.session.add(version)
    db.session.flush()
    return version


def _empty(version: FrameworkVersion) -> None:
    norms = select(Norm.id).where(Norm.version_id == version.id)
    db.session.execute(delete(norm_competency).where(norm_competency.c.norm_id.in_(norms)))
    for part in (Norm, Competency, Chapter):
        db.session.execute(delete(part).where(part.version_id == version.id))


def _fill(version: FrameworkVersion, read: Document) -> None:
    """Write chapters, competencies and norms: a few statements, however long the file is."""
    chapters = _parts(Chapter, version, read.chapters)
    competencies = _parts(Competency, version, read.competencies)
    rows = [
        {key: value for key, value in norm.items() if key not in ("chapter", "competencies")}
        | {"version_id": version.id, "chapter_id": chapters[norm["chapter"]], "position": n}
        for n, norm in enumerate(read.norms, 1)
    ]
    norms = _inserted(Norm, version, rows)
    pairs = [
        {"norm_id": norms[norm["code"]], "competency_id": competencies[code], "position": n}
        for norm in read.norms
        for n, code in enumerate(norm["competencies"], 1)
    ]
    db.session.execute(insert(norm_competency), pairs)


def _parts(
    kind: type[Chapter] | type[Competency], version: FrameworkVersion, items: list[dict[str, Any]]
) -> dict[str, int]:
    rows = [dict(item, version_id=version.id, position=n) for n, item in enumerate(items, 1)]
    return _inserted(kind, version, rows)


def _inserted(kind: Any, version: FrameworkVersion, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Insert the rows; the id of each by its code."""
    db.session.execute(insert(kind), rows)
    found = select(kind.code, kind.id).where(kind.version_id == version.id)
    return dict(db.session.execute(found).all())
