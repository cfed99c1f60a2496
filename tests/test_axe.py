"""Axe on every page that the access matrix knows, as the first role that may read it: 390 and 1280 pixels, light and dark.

The pages of a role are looked at a dozen in one browser, for a new browser for each page took longer than looking.
"""

import pytest

from tests.access_world import ROLES, World
from tests.browser import faults_in_all_themes
from tests.test_access_matrix import written

FILES = (
    "export", "download", ".ics", "feed", "label_css", "health", "choose_", "evidence", "sync", "service_worker", "show_key",
    "show_issuer", "show_achievement", "refresh_credential", "show_status_list", "logo", "api_", "register.show_badge",
    "show_sitemap", "show_robots",
)  # fmt: skip
AT_ONCE = 12
# After the self-evaluation was handed in these say so, with 409.
SHUT = ("questionnaires.edit_questions", "questionnaires.edit_words", "questionnaires.type_sheet")


def pages() -> dict[str, list[str]]:
    """By role the endpoints of the pages that it is the first to read."""
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for name, answers in written().items():
        reader = next((role for role in ROLES if answers[role] == "yes"), None)
        if reader and name.startswith("GET:") and not any(part in name for part in FILES + SHUT):
            found[reader].append(name.removeprefix("GET:"))
    return found


BATCHES = [
    pytest.param(role, endpoints[start : start + AT_ONCE], id=f"{role}-{start // AT_ONCE + 1}")
    for role, endpoints in pages().items()
    for start in range(0, len(endpoints), AT_ONCE)
]


@pytest.mark.parametrize(("role", "endpoints"), BATCHES)
def test_axe_finds_nothing(role, endpoints, app, tab):
    world = World()
    page, found = tab(world.actors[role]), []
    for endpoint in endpoints:
        with app.test_request_context():
            [rule] = [rule for rule in app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())][:1]
            values = {key: world.ids.get((endpoint, key), world.ids.get(key)) for key in rule.arguments}
            path = app.url_for(endpoint, **values)
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        found += faults_in_all_themes(page)
    assert found == [], "\n".join(found)
