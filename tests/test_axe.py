"""Axe on every page that the access matrix knows, as the first role that may read it: 390 and 1280 pixels, light and dark."""

import pytest

from tests.access_world import ROLES, World
from tests.browser import look_in_all_themes
from tests.test_access_matrix import written

FILES = ("export", "download", ".ics", "feed", "label_css", "health", "choose_", "evidence")
PAGES = [name for name in written() if name.startswith("GET:") and not any(part in name for part in FILES)]


def first_reader(name: str) -> str | None:
    return next((role for role in ROLES if written()[name][role] == "yes"), None)


@pytest.mark.parametrize("name", [name for name in PAGES if first_reader(name)])
def test_axe_finds_nothing(name, app, tab):
    world, endpoint = World(), name.removeprefix("GET:")
    with app.test_request_context():
        [rule] = [rule for rule in app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())][:1]
        values = {key: world.ids.get((endpoint, key), world.ids.get(key)) for key in rule.arguments}
        path = app.url_for(endpoint, **values)
    page = tab(world.actors[first_reader(name)])
    answer = page.goto(path)
    assert answer is not None and answer.status == 200
    look_in_all_themes(page)
