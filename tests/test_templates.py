"""Every template compiles, and none names a variable filter or an icon that does not exist."""

import re

import pytest
from jinja2 import TemplateSyntaxError

from config import ROOT

ICON = re.compile(r"ui\.icon\('([a-z0-9-]+)'")


def test_every_template_compiles(app):
    broken = []
    for name in app.jinja_env.list_templates(extensions=["html", "txt"]):
        try:
            app.jinja_env.get_template(name)
        except TemplateSyntaxError as error:
            broken.append(f"{name}:{error.lineno} {error.message}")
    assert broken == []


def test_a_template_that_does_not_compile_is_seen(app):
    with pytest.raises(TemplateSyntaxError):
        app.jinja_env.from_string("{% if %}")


def test_every_icon_is_in_the_sprite():
    known = set((ROOT / "static" / "icons.json").read_text().split('"'))
    used = {icon for path in (ROOT / "templates").rglob("*.html") for icon in ICON.findall(path.read_text())}
    assert sorted(used - known) == []
