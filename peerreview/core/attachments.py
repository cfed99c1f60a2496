"""How a file that somebody brought goes out: to be saved, never shown as a page of ours, and kept by no cache.

The one place of these headers. The type was found by content when the file came in (`core.uploads`); `nosniff` is on
every answer (`core.web`).
"""

import io
from typing import Any

from flask import send_file

from peerreview.core.storage import storage


def send(key: str, *, file_name: str, media_type: str) -> Any:
    """The whole file that lies in the storage under this key, as an attachment with this name."""
    content = io.BytesIO(storage().get(key))
    answer = send_file(content, mimetype=media_type, as_attachment=True, download_name=file_name, conditional=False)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
