"""The first page of a visitor and of each role, the public pages about the label, and the bar on every page."""

from typing import Any

from flask import Blueprint, Flask, current_app, request, url_for

from peerreview.core import access, clock, i18n
from peerreview.core.access import public, requires, the_actor
from peerreview.core.pages import page
from peerreview.dashboard import policy, queries
from peerreview.dashboard import services as homes
from peerreview.dashboard.menu import MENU
from peerreview.dashboard.tasks import task_time

bp = Blueprint("dashboard", __name__)
ABOUT = {
    "sign_in": "security.login",
    "account": "accounts.show_account",
    "contact": "dashboard.show_contact",
    "privacy": "dashboard.show_privacy",
    "accessibility": "dashboard.show_accessibility",
    "register": "register.list_register",
    "verify": "credentials.check",
    "norms": "frameworks.show_newest",
    "developers": "register.show_api",
    "join": "organisations.show_join",
}


def init_app(app: Flask) -> None:
    @app.context_processor
    def _bar() -> dict[str, Any]:
        return {"menu": _menu() if request else None, "links": _links(app)}

    app.jinja_env.globals.update(task_time=task_time, short_day=i18n.short_day)


def _links(app: Flask) -> dict[str, str]:
    found = {name: url_for(endpoint) for name, endpoint in ABOUT.items() if endpoint in app.view_functions}
    return {"join": "/join"} | found | {"home": "/", "complaint": url_for("dashboard.show_contact") + "#complaint"}


def _menu() -> list[tuple[str, str, str, bool, bool]]:
    """(address, label, icon, whether one is there, whether a phone shows it) of each item.

    Where one is, is the longest matching address.
    """
    actor = access.current_actor()
    known = current_app.view_functions  # TODO lead: all must be there; a test keeps it
    wanted = [item for item in MENU[actor.role if actor else "visitor"] if item.endpoint in known]
    items = [(url_for(item.endpoint), item.label, item.icon, item.on_phone) for item in wanted]
    here = max((url for url, *_rest in items if _is_under(request.path, url)), key=len, default="")
    return [(url, label, icon, url == here, on_phone) for url, label, icon, on_phone in items]


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url + "/"))


@bp.get("/")
@public
def show_home() -> Any:
    actor = access.current_actor()
    if actor is None:
        count, places = queries.certificate_places()
        return page("dashboard/welcome.html", count=count, dots=[(*place, "here") for place in places])
    if actor.role == "secretariat":
        return page("dashboard/cockpit.html", **homes.cockpit(the_actor(), clock.today()))
    return page("dashboard/home.html", **homes.home_of(actor, clock.today()))


@bp.get("/log")
@requires(policy.may_read_log)
def show_log() -> Any:
    action = request.args.get("action", "").strip()
    entries = queries.log_page(request.args.get("page", 1, int), action)
    return page("dashboard/log.html", entries=entries, action=action)


@bp.get("/label")
@public
def show_label() -> Any:
    return page("dashboard/label.html")


@bp.get("/how-it-works")
@public
def show_how() -> Any:
    return page("dashboard/how.html")


@bp.get("/privacy")
@public
def show_privacy() -> Any:
    return page("dashboard/privacy.html")


@bp.get("/accessibility")
@public
def show_accessibility() -> Any:
    return page("dashboard/accessibility.html")


@bp.get("/contact")
@public
def show_contact() -> Any:
    return page("dashboard/contact.html")
