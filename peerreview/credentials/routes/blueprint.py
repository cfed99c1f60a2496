"""The blueprint that all pages of this feature stand under, and how machines are answered."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, make_response, request

from peerreview.credentials.words import VERDICTS

bp = Blueprint("credentials", __name__)
LOOKUPS = "120 per minute"
SIGNED = "application/vc+jwt"
READABLE = "application/ld+json"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(verdict_words=VERDICTS)


def told(content: str | dict[str, Any], media_type: str) -> Response:
    """For programs on any site: open to all of them, and with an ETag of what it says."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    answer = make_response(text)
    answer.headers["Content-Type"] = media_type
    return opened(answer)


def opened(answer: Response) -> Response:
    """The answer as other sites may read and show it; a browser asks each time whether it still holds."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
