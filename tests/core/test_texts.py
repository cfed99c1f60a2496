"""Texts on a page: our own words may hold quotes, what they are filled in with never becomes markup."""

import pytest
from flask import render_template_string
from flask_babel import lazy_gettext, lazy_ngettext

from peerreview.core import i18n

NAME = "<b>Brug & co</b>"
ESCAPED = "&lt;b&gt;Brug &amp; co&lt;/b&gt;"


@pytest.mark.parametrize(
    "text", [lazy_gettext("Hello %(name)s", name=NAME), lazy_ngettext("%(name)s", "%(num)s %(name)s", 1, name=NAME)]
)
def test_a_name_in_a_lazy_text_is_shown_as_it_was_typed(app, text):
    with app.test_request_context():
        assert render_template_string("{{ text }}", text=text).removeprefix("Hello ") == ESCAPED
        assert str(text).removeprefix("Hello ") == NAME


def test_our_own_words_stay_as_they_are(app):
    with app.test_request_context():
        assert render_template_string("{{ text }}", text=lazy_gettext("It's ours")) == "It's ours"


def test_the_size_of_a_file_is_told_in_the_numbers_of_the_reader(app):
    with app.test_request_context():
        told = {}
        for language in ("nl", "en"):
            with i18n.speaking(language):
                told[language] = [i18n.size(count).replace("\u00a0", " ") for count in (0, 340_400, 1_500_000)]
    assert told == {"nl": ["1 kB", "340 kB", "1,5 MB"], "en": ["1 kB", "340 kB", "1.5 MB"]}
