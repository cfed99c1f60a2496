"""The blueprint, and how two texts are shown when two people wrote at once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response

from peerreview.core import clock
from peerreview.core.errors import StaleVersion
from peerreview.core.sheets import CSV_TYPE, csv_file

bp = Blueprint("fairplay", __name__)


def differences(form: Any, error: StaleVersion) -> list[tuple[str, str, str]]:
    """(label, mine, theirs) of each field in which both differ; the form then holds the version that stands there now."""
    theirs: Mapping[str, Any] = error.theirs
    form.version.data = theirs["version"]
    return [
        (str(form[name].label.text), _said(form[name], mine), _said(form[name], theirs.get(name)))
        for name, mine in error.mine.items()
        if mine != theirs.get(name)
    ]


def _said(field: Any, value: Any) -> str:
    words = dict(field.choices) if getattr(field, "choices", None) else {}
    return str(words.get(str(value), value or "–"))


def as_csv(name: str, heads: list[str], rows: Any) -> Any:
    """The list as a file, which no cache keeps."""
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today()}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
