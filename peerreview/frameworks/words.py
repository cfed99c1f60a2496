"""The words of this feature that more than one page needs."""

from flask_babel import lazy_gettext as _l

PARTS = {
    "title": _l("title"),
    "statement": _l("what the norm asks"),
    "explanation": _l("why"),
    "indicators": _l("indicators"),
    "questions": _l("questions"),
    "evidence_examples": _l("examples"),
    "chapter_code": _l("chapter"),
    "competencies": _l("competencies"),
    "interlocutors": _l("interlocutors"),
    "essential": _l("essential or not"),
    "theme_code": _l("theme"),
}
