"""What the parts of an offer are called, in the language now spoken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.lists import format_list
from flask_babel import format_date, get_locale
from flask_babel import lazy_gettext as _l

from peerreview.core.i18n import told as _
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.lifecycle import OfferState as S
from peerreview.marketplace.offering import Content
from peerreview.marketplace.words import joined, months
from peerreview.trajectories.words import travel_name

STATES = {S.DRAFT: _l("Not published yet"), S.PUBLISHED: _l("On the market"), S.WITHDRAWN: _l("Taken off the market")}
LOOKS = {S.DRAFT: "todo", S.PUBLISHED: "done", S.WITHDRAWN: "hold"}

SIZES = {
    SizeWish.ANY: _l("It does not matter"),
    SizeWish.SMALLER: _l("Smaller than we are"),
    SizeWish.ALIKE: _l("About as large as we are"),
    SizeWish.LARGER: _l("Larger than we are"),
}
EXPERIENCE = {
    ExperienceWish.ANY: _l("It does not matter"),
    ExperienceWish.NEWCOMER: _l("Rather one for whom it is the first time"),
    ExperienceWish.EXPERIENCED: _l("Rather one that has done it before"),
}
# The same of another organisation, as its offer reads.
SIZES_OF_THEM = {
    SizeWish.SMALLER: _l("rather smaller"),
    SizeWish.ALIKE: _l("about as large"),
    SizeWish.LARGER: _l("rather larger"),
}
EXPERIENCE_OF_THEM = {
    ExperienceWish.NEWCOMER: _l("rather one for whom it is the first time"),
    ExperienceWish.EXPERIENCED: _l("rather one that has done it before"),
}
SIZE_BANDS = {"small": _l("up to 25 fte"), "medium": _l("25 to 75 fte"), "large": _l("75 fte and more")}

# field: (what is missing, the id of its control in the form)
MISSING = {
    "work_fields": (_l("Choose what work you do."), "work_fields-0"),
    "learning": (_l("Choose a competency or a norm that you want to learn about."), "learning-0"),
    "months": (_l("Choose at least one month for the visits."), "months-0"),
}


def weekday(number: int) -> str:
    """'monday' for 1, as it stands in a sentence."""
    return str(format_date(date(2024, 1, number), "EEEE"))  # 2024 began on a Monday


def weekdays(numbers: Iterable[int]) -> str:
    """'monday and tuesday'."""
    return joined(weekday(number) for number in numbers)


def one_of(numbers: Iterable[int]) -> str:
    """'april or may'."""
    names = [str(format_date(date(2001, number, 1), "LLLL")) for number in numbers]
    return format_list(names, style="or", locale=get_locale() or "nl")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an offer says: a label and a value; `told` is False where it names nothing."""

    label: str
    value: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class Titles:
    """What work fields, competencies and norms are called, by code, each in the order of its list."""

    fields: Mapping[str, str]
    competencies: Mapping[str, str]
    norms: Mapping[str, str]


def brings(content: Content, titles: Titles) -> list[Fact]:
    """What it brings: work, what others can see there, reviewers."""
    experienced = content.experienced_reviewers
    return [
        _listed(_("Work"), content.work_fields, titles.fields),
        _listed(_("Can show"), content.strengths, titles.competencies),
        Fact(_("Experienced reviewers"), str(experienced) if experienced else _("none yet")),
        Fact(_("Reviews in this round"), str(content.reviews)),
    ]


def seeks(content: Content, titles: Titles) -> list[Fact]:
    """What it looks for: what to learn, and with what kind of partner."""
    norms = {code: f"{code} {title}" for code, title in titles.norms.items()}
    size, experience = SIZES_OF_THEM.get(content.partner_size), EXPERIENCE_OF_THEM.get(content.partner_experience)
    return [
        _listed(_("Wants to learn about"), content.learning, titles.competencies),
        _listed(_("Norms to look at"), content.norms, norms),
        _listed(_("Partner's work"), content.partner_fields, titles.fields, _("all work is welcome")),
        Fact(_("Partner's size"), str(size or _("does not matter")), size is not None),
        Fact(_("Partner's experience"), str(experience or _("does not matter")), experience is not None),
    ]


def where_and_when(content: Content) -> list[Fact]:
    """How far it travels, and when visits suit it."""
    return [
        Fact(_("Travels at most"), travel_name(content.max_travel_minutes)),
        Fact(_("Months"), months(content.months) or _("Nothing named"), bool(content.months)),
        Fact(_("Days"), weekdays(content.days) or _("every working day"), bool(content.days)),
    ]


def _listed(label: str, codes: Iterable[str], called: Mapping[str, str], none: str = "") -> Fact:
    """The codes that are known, in the order of their list."""
    chosen = set(codes)
    named = [title for code, title in called.items() if code in chosen]
    return Fact(label, ", ".join(named) or none or _("Nothing named"), bool(named))
