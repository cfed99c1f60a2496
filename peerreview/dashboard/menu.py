"""The menu of each role: where, its words, its icon. A role sees its own and nothing greyed out."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l


class Item(NamedTuple):
    endpoint: str
    label: str
    icon: str
    on_phone: bool = (
        True  # five fit under the thumb; what is left out there is one tap away on Today and on its own page
    )


TODAY = Item("dashboard.show_home", _l("Today"), "home")
MARKETPLACE = Item("marketplace.list_offers", _l("Marketplace"), "building-store")
_MEMBER = (
    TODAY,
    Item("trajectories.show_current", _l("Our trajectory"), "route"),
    Item("matching.show_current_exchange", _l("Exchange"), "arrows-exchange"),
    Item("visits.list_visits", _l("Visits"), "calendar-event", on_phone=False),
    MARKETPLACE,
    Item("organisations.show_own", _l("Organisation"), "building-community"),
)
_COMMISSION = (
    TODAY,
    Item("commission.list_meetings", _l("Meetings"), "calendar-event"),
    Item("commission.list_dossiers", _l("Dossiers"), "folders"),
    Item("commission.list_decisions", _l("Decisions"), "gavel"),
    Item("impartiality.list_interests", _l("Interests"), "scale"),
)
MENU: dict[str, tuple[Item, ...]] = {
    "visitor": (
        Item("dashboard.show_label", _l("The label"), ""),
        Item("dashboard.show_how", _l("How it works"), ""),
        Item("register.list_register", _l("Register"), ""),
        Item("frameworks.show_newest", _l("Norms"), ""),
    ),
    "coordinator": _MEMBER,
    "executive": _MEMBER,
    "contributor": (TODAY, Item("selfevaluations.show_current", _l("My norms"), "pencil")),
    "reviewer": (
        TODAY,
        Item("visits.list_visits", _l("Visits"), "calendar-event"),
        Item("reviews.list_reviews", _l("Reports"), "file-text"),
        MARKETPLACE,
        Item("frameworks.show_newest", _l("Norms"), "book-2"),
    ),
    "secretariat": (
        TODAY,
        Item("matching.show_matching", _l("Match"), "arrows-exchange"),
        Item("trajectories.list_trajectories", _l("Trajectories"), "route"),
        Item("organisations.list_organisations", _l("Members"), "building-community"),
        Item("commission.show_commission", _l("Commission"), "gavel"),
        Item("register.list_register", _l("Register"), "certificate"),
    ),
    "commission_member": _COMMISSION,
    "commission_chair": _COMMISSION,
    "oversight": (
        TODAY,
        Item("fairplay.show_fair_play", _l("Figures"), "chart-bar"),
        Item("impartiality.list_register", _l("Interests"), "scale"),
        Item("matching.show_rotation", _l("Rotation"), "refresh"),
        Item("dashboard.show_log", _l("Log"), "history"),
    ),
    "administrator": (
        TODAY,
        Item("letters.list_letters", _l("Letters"), "mail"),
        Item("dashboard.show_log", _l("Log"), "history"),
    ),
    "none": (TODAY,),
}
