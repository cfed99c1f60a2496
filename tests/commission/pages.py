"""Pages as two people, or two worlds, can compare them."""

import re

TOKENS = (re.compile(r'<input[^>]*name="csrf_token"[^>]*>'), re.compile(r'"X-CSRFToken": "[^"]*"'))


def bare(html: str) -> str:
    """A page without its tokens against forgery, which differ each time."""
    for token in TOKENS:
        html = token.sub("", html)
    return html
