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


@pytest.mark.parametrize(
    ("count", "dutch", "english"),
    [
        (1, "1 byte", "1 byte"),
        (999, "999 bytes", "999 bytes"),
        (1_530, "1,5 kB", "1.5 kB"),
        (25_000_000, "25 MB", "25 MB"),
    ],
)
def test_the_size_of_a_file_is_told_in_the_language_of_the_reader(app, count, dutch, english):
    with app.test_request_context():
        for language, words in (("nl", dutch), ("en", english)):
            with i18n.speaking(language):
                assert render_template_string("{{ n|filesizeformat }}", n=count).replace("\xa0", " ") == words
