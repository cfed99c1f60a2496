"""The browser of the tests sees what it should see."""

import pytest
from playwright.sync_api import Page

from tests.browser import axe, scrolls_sideways
from tests.factories.accounts import make_actor


def test_the_page_to_sign_in_is_without_faults(in_all_themes):
    in_all_themes("/login")


def test_a_complaint_of_the_browser_fails_the_test(tab, request):
    page: Page = tab()
    page.goto("/")
    page.evaluate("() => { const s = document.createElement('script'); s.textContent = '1'; document.body.append(s) }")
    complaints = request.getfixturevalue("complaints")
    assert [words.split(":")[0] for words in complaints.found] == ["console"]
    complaints.found.clear()


def test_axe_and_the_width_of_the_page_are_seen(tab):
    page: Page = tab(width=390)
    page.goto("/")
    assert not scrolls_sideways(page)
    page.evaluate(
        "() => { const wide = new Image(); wide.style.minWidth = '500px'; document.querySelector('main').append(wide) }"
    )
    assert scrolls_sideways(page)
    assert [fault.split(" ")[0] for fault in axe(page)] == ["image-alt"]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_tab_is_signed_in_as_who_it_was_opened_for(tab, javascript):
    page = tab(make_actor("secretariat", name="Bo Jansen"), javascript=javascript)
    page.goto("/")
    assert "Bo Jansen" in page.content()
