"""What a link in a letter lets its reader do is for the reader alone: its secret part is masked for everybody else.

A secret is a part of a path, or a value behind '?', that is long and no word of ours: 16 characters or more of the kind
that tokens are made of, but not small letters with hyphens, as in 'improvement-plans'.
"""

import re

MASK = "•••"
LINK = re.compile(r"https?://\S+")
SECRET = re.compile(r"(?<=[/=])(?![a-z]+(?:-[a-z]+)*(?=[/?&#.,;)]|$))[A-Za-z0-9_.~%-]{16,}")


def masked(text: str) -> str:
    """The text of a letter with the secrets of its links taken out; addresses without one stay as they are."""
    return LINK.sub(lambda link: _without_secrets(link[0]), text)


def _without_secrets(link: str) -> str:
    scheme, rest = link.split("//", 1)
    host, slash, path = rest.partition("/")
    return f"{scheme}//{host}{slash}" + SECRET.sub(MASK, "/" + path)[1:] if slash else link
