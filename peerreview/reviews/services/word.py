"""The report out to Word, and back: what somebody wrote there is shown first, then kept as any other writing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from peerreview.core import i18n
from peerreview.core.access import Actor
from peerreview.core.db import unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.frameworks.outline import Outline
from peerreview.reviews import queries
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.reviews.queries import FindingRow, document
from peerreview.reviews.queries.document import document_of, words_of_scale
from peerreview.reviews.queries.sources import findings_to_write
from peerreview.reviews.reporting import Report
from peerreview.reviews.services.findings import record_finding
from peerreview.reviews.services.summary import write_summary
from peerreview.reviews.word import comparing, marks
from peerreview.reviews.word.comparing import Change, Odd
from peerreview.reviews.word.package import Fault, Unreadable
from peerreview.reviews.word.reading import Returned, read_word
from peerreview.reviews.word.writing import word_of

AFTER = ("competencies", "left_out", "opinions", "method")  # headings below which nothing is read back


def report_word(content: Report, *, language: str, brand: Mapping[str, str]) -> bytes:
    """A version of the report, to read in Word."""
    with i18n.speaking(language):
        return word_of(document_of(content, brand=brand), language=language)


def draft_word(review: Review, *, language: str, brand: Mapping[str, str]) -> bytes:
    """The draft; while the team decides, in a form in which one writes and that comes back by `take_word`."""
    content = queries.compose(review)
    if review.state != ReviewState.CONSENSUS:
        return report_word(content, language=language, brand=brand)
    rows = _rows(review)
    with i18n.speaking(language):
        data = document_of(content, brand=brand)
        words = words_of_scale(queries.outline_of_review(review))
        versions = tuple(row.version for row in rows.values())
        form = {
            "stamp": marks.Stamp(review.id, review.version, versions),
            "how": [
                _("Write under the labels: rating, story, strong, to improve. What is in italics stays as it is."),
                _("Leave the codes of the norms, such as V1. By these the texts find their way back."),
                _("For a rating choose one of: %(words)s.", words=", ".join(words.values())),
            ],
            "chapters": [_chapter(content, at, rows, words) for at in range(len(content["chapters"]))],
        }
        return word_of(data, language=language, form=form)


def _chapter(content: Report, at: int, rows: Mapping[str, FindingRow], words: Mapping[str, str]) -> dict[str, Any]:
    chapter = content["chapters"][at]
    return {
        "title": i18n.localised(chapter["title"]),
        "findings": [
            {
                "code": one["code"],
                "title": i18n.localised(one["title"]),
                "statement": i18n.localised(one["statement"]),
                "based_on": document.based_on_words(one, document.how_words()),
                "texts": _texts(rows[one["code"]], words),
            }
            for one in chapter["findings"]
        ],
    }


def _texts(row: FindingRow, words: Mapping[str, str]) -> dict[str, str]:
    texts = {name: str(getattr(row, name)) for name in marks.FIELDS if name != "rating"}
    return texts | {"rating": words[row.rating.value] if row.rating else ""}


def _rows(review: Review) -> dict[str, FindingRow]:
    """The findings by code, in the order of the framework."""
    rows = {row.norm_id: row for row in queries.findings_of(review.id)}
    return {norm.code: rows[norm.id] for norm in queries.outline_of_review(review).norms if norm.id in rows}


# --- Back ------------------------------------------------------------------------------------------------------------


def check_word(review: Review) -> None:
    """Raises NotNow unless findings are being written."""
    if review.state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))


def read_back(review: Review, content: bytes) -> Returned:
    """What stands in this file; nothing is kept yet. Raises Invalid, in words, for what is no file of this review."""
    check_word(review)
    outline = queries.outline_of_review(review)
    try:
        returned = read_word(
            content,
            codes=[norm.code for norm in outline.norms],
            chapters=[text for part in outline.chapters for text in part.title.values()],
            after=_headings_after(),
            fixed=[text for norm in outline.norms for text in norm.statement.values()],
        )
        if returned.stamp.review_id != review.id or len(returned.stamp.versions) != len(_rows(review)):
            raise Unreadable(Fault.OTHER_REVIEW)
    except Unreadable as error:
        raise Invalid(_said(error.fault)) from error
    return returned


def _headings_after() -> list[str]:
    found = []
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            words = document.headings()
            found += [words[key] for key in AFTER]
    return found


def _said(fault: Fault) -> str:
    said: dict[Fault, str] = {
        Fault.TOO_LARGE: _("This file is too large for a report, also once unpacked."),
        Fault.OLD: _("This file has a password, or is of an old version of Word. Save it as .docx without a password."),
        Fault.OPEN_DOCUMENT: _("This is an OpenDocument file. Save it as Word (.docx) and bring it again."),
        Fault.MACROS: _("This file holds macros, so we do not open it. Save it as .docx, without macros."),
        Fault.NOT_WORD: _("This is not a Word file (.docx)."),
        Fault.BROKEN: _("This file cannot be read. Open it in Word, save it as .docx and bring it again."),
        Fault.NO_MARK: _(
            "We do not see of which report this file is: the mark in its last line is gone. Download the file again, "
            "and put your texts in it."
        ),
        Fault.OTHER_REVIEW: _("This file is of another review. Bring the one that you downloaded here."),
    }
    return said[fault]


def ratings_in_words(outline: Outline) -> dict[str, Rating]:
    """Every word for a rating in either language, in small letters, and the codes themselves."""
    found: dict[str, Rating] = {rating.value: rating for rating in Rating}
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            found |= {" ".join(word.split()).casefold(): Rating(code) for code, word in words_of_scale(outline).items()}
    return found


def changes_in(review: Review, returned: Returned) -> tuple[list[Change], list[Odd]]:
    """What the file would change as the findings stand now, and what of it cannot be taken."""
    rows = _rows(review)
    return comparing.changes(
        returned,
        rows,
        summary=review.summary,
        summary_version=review.version,
        versions=dict(zip(rows, returned.stamp.versions, strict=True)),
        ratings=ratings_in_words(queries.outline_of_review(review)),
    )


def shown_again(review: Review, values: Mapping[tuple[str, str], str], seen: Mapping[str, int]) -> Returned:
    """The texts that a writer was shown and sent, as if they came from a file of that moment.

    `values` by code ('' for the summary) and field; `seen` the versions that stood beside them, by code.
    """
    rows = _rows(review)
    versions = tuple(seen.get(code, row.version) for code, row in rows.items())
    returned = Returned(marks.Stamp(review.id, seen.get("", review.version), versions))
    for (code, name), value in values.items():
        if not code and name == marks.SUMMARY:
            returned.summary = marks.plain(value)
        elif code in rows and name in marks.FIELDS:
            returned.findings.setdefault(code, {})[name] = marks.plain(value)
    return returned


def as_seen(change: Change, version: int | None) -> Change:
    """The same change, made on what its writer saw."""
    return change if version is None else replace(change, version=version)


def take_word(review: Review, chosen: Sequence[Change], *, by: Actor) -> None:
    """Keep these texts: all of them, or, when a colleague wrote one of them since it was shown, none (StaleVersion).

    `version` of each is that of the finding which the writer saw beside it.
    """
    check_word(review)
    findings = findings_to_write(review.id, _norms(review, {change.code for change in chosen if change.code}))
    by_code = {norm.code: norm.id for norm in queries.outline_of_review(review).norms}
    with unit_of_work():
        for change in chosen:
            if not change.code:
                write_summary(review, summary=change.value, version=change.version, by=by)
        for code in dict.fromkeys(change.code for change in chosen if change.code):
            mine = [change for change in chosen if change.code == code]
            _write(review, findings[by_code[code]], mine, by)


def _norms(review: Review, codes: Collection[str]) -> list[int]:
    return [norm.id for norm in queries.outline_of_review(review).norms if norm.code in codes]


def _write(review: Review, finding: Finding, mine: Iterable[Change], by: Actor) -> None:
    values: dict[str, Any] = {
        change.field: (Rating(change.value) if change.value else None) if change.field == "rating" else change.value
        for change in mine
    }
    version = max(change.version for change in mine)
    record_finding(review, finding, version=version, by=by, **values)
