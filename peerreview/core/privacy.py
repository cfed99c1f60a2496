"""What in a text may point at a person: findings and offers name functions, never people (rule 4). It never blocks.

Found are citizen service numbers (nine digits that pass the 11-test), phone numbers, e-mail addresses, bank accounts
(IBAN with its check digits), common first names, and what `core.clients` knows of: somebody by title and surname, a day of
birth, an address, and two of age, home and illness together. A name counts when it stands with a capital and no word
beside it makes it a place or an organisation; at the start of a sentence only when it is not also an ordinary word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from peerreview.core import clients, sentences
from peerreview.core.first_names import AFTER, ALSO_WORDS, BEFORE, FIRST_NAMES

NAME, BSN, PHONE, EMAIL, IBAN, LONG = "name", "bsn", "phone", "email", "iban", "long"
MOST = 8  # one warning is read, twenty are not
MOST_LONG = 3
LONG_SENTENCE = 25  # words; beyond it a reader has lost the beginning
BEGINNING = 6  # words of a long sentence that are shown
LONGEST = 200_000  # characters looked at; no form takes longer texts

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBER = re.compile(r"(?<![\w+])(?:\d[ .-]?){8}\d(?!\w)")
_PHONE = re.compile(r"(?<![\w+])(?:\+31|0031|0)(?:[ -]?\(0\))?[ -]?[1-9](?:[ -]?\d){8}(?!\d)")
_WORD = re.compile(r"[^\W\d_][\w'\u2019.-]*")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that may point at a person, or a sentence that is too long (`found` is how it begins).

    `suggestion` is what to do: 'function' (write that), 'client' (write "a client"), 'leave_out', or 'split'.
    """

    kind: str
    found: str
    suggestion: str


def notices(*texts: str | None, plain: bool = False) -> list[Notice]:
    """What was found in these texts, each thing once, at most eight; an empty list when all is well.

    With `plain` also the first three sentences of more than 25 words, for texts that others will read.
    """
    seen: dict[Notice, None] = {}
    for text in texts:
        for notice in _all((text or "")[:LONGEST]):
            seen.setdefault(notice)
    long = [notice for text in texts for notice in long_sentences((text or "")[:LONGEST])] if plain else []
    return (list(seen) + long[:MOST_LONG])[:MOST]


def long_sentences(text: str) -> list[Notice]:
    """Each sentence of more than 25 words, by how it begins."""
    found = (sentence.split() for sentence in sentences.split(text))
    return [
        Notice(LONG, " ".join(words[:BEGINNING]) + " \u2026", "split") for words in found if len(words) > LONG_SENTENCE
    ]


def _all(text: str) -> Iterator[Notice]:
    for match in _EMAIL.finditer(text):
        yield Notice(EMAIL, match[0], "leave_out")
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield Notice(IBAN, match[0], "leave_out")
    numbers = _IBAN.sub(" | ", text)  # the digits of an account are no phone number
    for match in _NUMBER.finditer(numbers):
        if is_bsn(match[0]):
            yield Notice(BSN, match[0], "leave_out")
    for match in _PHONE.finditer(numbers):
        yield Notice(PHONE, match[0], "leave_out")
    told = list(clients.details(text))
    for detail in told:
        yield Notice(detail.kind, detail.found, "client" if detail.kind in clients.PEOPLE else "leave_out")
    for name in names(text):
        if not any(name in detail.found for detail in told):
            yield Notice(NAME, name, "function")


def is_bsn(number: str) -> bool:
    """Whether nine digits pass the 11-test of the citizen service number: weights 9 to 2, and -1 for the last."""
    digits = [int(c) for c in number if c.isdigit()]
    if len(digits) != 9 or not any(digits):
        return False
    return sum(w * d for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0


def is_iban(account: str) -> bool:
    """Whether the check digits fit (ISO 13616: modulo 97 is 1)."""
    plain = account.replace(" ", "")
    turned = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return int(turned) % 97 == 1


def names(text: str) -> list[str]:
    """The first names in the text that seem to be people's, in order."""
    found = []
    words = list(_WORD.finditer(text))
    for n, match in enumerate(words):
        name = re.split(r"['\u2019]", match[0], maxsplit=1)[0].rstrip(".-")
        if name not in FIRST_NAMES:
            continue
        if name in ALSO_WORDS and _begins_sentence(text, match.start()):
            continue
        before = words[n - 1][0].casefold() if n else ""
        after = words[n + 1][0].casefold().rstrip(".,") if n + 1 < len(words) else ""
        if before not in BEFORE and after not in AFTER:
            found.append(name)
    return found


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'\u201c\u201d\u2018\u2019\u00ab(-*\u2022")
    return not before or before[-1] in ".!?:;\n"
