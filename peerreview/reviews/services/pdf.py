"""The PDF of a report: made once for each version and language, then read from the storage."""

from collections.abc import Mapping
from threading import Lock

from sqlalchemy import select

from peerreview.core import i18n
from peerreview.core.db import db, unit_of_work
from peerreview.core.documents import render
from peerreview.core.storage import storage
from peerreview.reviews.models import ReportVersion
from peerreview.reviews.queries.document import document_of
from peerreview.reviews.reporting import Report

_one_at_a_time = Lock()  # in this process: typst takes a processor for itself, and nobody wants the same file twice


def report_pdf(version: ReportVersion, *, language: str, brand: Mapping[str, str]) -> bytes:
    """The PDF of this version in this language; a file that was made before is the same file."""
    version_id = version.id
    if kept := _kept(version, language):
        return kept
    with _one_at_a_time:
        db.session.refresh(version)
        if kept := _kept(version, language):
            return kept
        content = version.content
        db.session.rollback()  # the connection is free while typst works, and writing begins a transaction of its own
        pdf = draft_pdf(content, language=language, brand=brand)
        with unit_of_work():
            chosen = select(ReportVersion).where(ReportVersion.id == version_id).with_for_update()
            row = db.session.scalars(chosen.execution_options(populate_existing=True)).one()
            row.files = row.files | {language: storage().put(pdf)}
    return pdf


def _kept(version: ReportVersion, language: str) -> bytes | None:
    key = version.files.get(language)
    return storage().get(key) if key and storage().exists(key) else None


def draft_pdf(content: Report, *, language: str, brand: Mapping[str, str]) -> bytes:
    """The PDF of a report that is still being written; kept nowhere."""
    with i18n.speaking(language):
        data = document_of(content, brand=brand)
    return render("report", data, language=language)
