"""Details in a text that together point at one client, in Dutch and English.

Found are: somebody by title and surname ("mevrouw Van Dijk"), a day of birth, an address (a street with its number, or a
postcode), and one person of whom two of age, home and illness are told ("een 72-jarige vrouw uit Vorden"). Groups are
nobody ("cliënten met dementie"), one detail is not yet somebody ("een cliënt met autisme"), and places stay places.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from peerreview.core import sentences

TITLE, BIRTH, ADDRESS, DETAILS = "title", "birth", "address", "details"
PEOPLE = (TITLE, DETAILS)  # who is meant can be called a client; a day or an address is left out
NEAR = 110  # characters from the person within which details belong to them

_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|"
    "june|july|august|october"
)
_STREET = (
    "straat|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef|plantsoen|pad|hof|Street|Road|Lane|Avenue|Square|Close"
)
_PERSON = (
    "vrouw|man|meisje|jongen|cli[eë]nte?|pati[eë]nte?|moeder|vader|oma|opa|dame|heer|weduwe|weduwnaar|bewoner|bewoonster|"
    "deelnemer|deelneemster|jongere|oudere|puber|kind|zoon|dochter|buurvrouw|buurman|vluchteling|statushouder|"
    "woman|girl|boy|client|patient|mother|father|lady|widow|widower|resident|participant|child|son|daughter|teenager"
)
_ILLNESS = (
    r"dementie|dementerende?|alzheimer|parkinson|schizofrenie|borderline|autisme|autistische?|adhd|depressie|depressieve|"
    r"psychose|psychotische?|ptss|kanker|hiv|verslaving|verslaafde?|alcoholist|anorexia|bipolaire?|"
    r"verstandelijke beperking|hersenletsel|dementia|schizophrenia|autism|autistic|depression|depressed|psychosis|ptsd|"
    r"cancer|addiction|addicted|alcoholic|bipolar|brain injury"
)
_TITLE = re.compile(
    r"\b(?:[Mm]evrouw|[Mm]evr\.|[Mm]w\.|[Mm]eneer|[Dd]hr\.|[Dd]e heer|Mrs?\b\.?|Ms\b\.?|Miss)\s+"
    r"(?:(?:[Vv]an|[Dd]e|[Dd]er|[Dd]en|[Tt]er|[Tt]en|[Ee]l|[Vv]on|'t)\s+){0,3}[A-Z\u00c0-\u00de][\w'\u2019-]*"
)
_BIRTH = re.compile(
    r"\b(?:geboren|geb\.|geboortedatum|born|date of birth)[\s:]{1,3}(?:op |on |is )?(?:the )?"
    rf"(?:\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}|\d{{1,2}} (?:{_MONTHS}),? \d{{4}}|(?:{_MONTHS}) \d{{1,2}},? \d{{4}})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"\b(?:[A-Z\u00c0-\u00de][\w'\u2019-]{{0,30}} ){{0,2}}[A-Z\u00c0-\u00de][\w-]{{0,30}}(?:{_STREET}) \d{{1,4}} ?[a-z]?\b"
    rf"|\b\d{{1,4}} (?:[A-Z][\w-]{{1,30}} ){{1,2}}(?:Street|Road|Lane|Avenue|Square|Close)\b"
)
_POSTCODE = re.compile(
    r"(?<!ISO )(?<!NEN )\b(?:(?!19|20)[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}|(?:19|20)\d{2}(?!SA|SD|SS)[A-Z]{2})\b"
)
_ONE = re.compile(
    rf"\b(?:een|de|het|deze|die|dit|a|an|the|this|one)\s(?:[\w\u00c0-\u00ff-]{{1,20}},?\s){{0,3}}?(?:(?:{_PERSON})\b"
    r"|\d{1,3}-jarige(?=\s(?:uit|met|die|from)\b))",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b\d{1,3}[- ]jarige\b|\bvan (?:\d{1,3} jaar\b|\d{2}(?=\s(?:met|uit|die)\b|[,.]))"
                  r"|\b\d{1,3} jaar oud\b|\b\d{1,3}[- ]years?[- ]old\b|\baged \d{1,3}\b", re.IGNORECASE)  # fmt: skip
_HOME = re.compile(
    r"\b(?:uit|from|woont (?:in|op|aan)|wonende? (?:in|op|aan)|lives (?:in|on|at)|living (?:in|on|at))\s"
    rf"(?:(?:de|het|the)\s)?[A-Z\u00c0-\u00de][\w'\u2019-]+(?:\s(?:{_STREET})\b)?"
)
_ILL = re.compile(rf"\b(?:{_ILLNESS})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Detail:
    """What was found, as it stands in the text."""

    kind: str
    found: str


def details(text: str) -> Iterator[Detail]:
    """Everything in this text that may point at one person; nothing when all is well."""
    for kind, pattern in ((TITLE, _TITLE), (BIRTH, _BIRTH), (ADDRESS, _NUMBERED), (ADDRESS, _POSTCODE)):
        for match in pattern.finditer(text):
            yield Detail(kind, match[0])
    for sentence in sentences.split(text):
        if found := _somebody(sentence):
            yield Detail(DETAILS, found)


def _somebody(sentence: str) -> str:
    """From the person to the last detail, when two kinds of detail are told of one person; else nothing."""
    for one in _ONE.finditer(sentence):
        around = sentence[one.start() : one.start() + NEAR]
        told = [found for pattern in (_AGE, _HOME, _ILL) if (found := pattern.search(around))]
        if len(told) >= 2:
            return around[: max(one.end() - one.start(), *(found.end() for found in told))]
    return ""
