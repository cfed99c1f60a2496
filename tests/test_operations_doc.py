"""The operator's page names every setting and every command, and no other."""

import re

from config import ROOT, Production, Settings

DOC = (ROOT / "docs" / "operations.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)`( \*)? \| (?:`(.*?)`)? ?\|", re.MULTILINE)
OF_LIBRARIES = {"run", "routes", "shell", "limiter", "db"}


def test_every_setting_stands_in_the_table():
    assert sorted(name for name, _star, _default in ROW.findall(DOC)) == sorted(
        ["PEERREVIEW_ENV", *(name.upper() for name in Settings.model_fields)]
    )


def test_the_defaults_are_those_of_production():
    defaults = {}
    for name, field in Production.model_fields.items():
        told = "" if field.is_required() or field.default is None else str(field.default).replace(f"{ROOT}/", "")
        defaults[name.upper()] = (
            "*" if field.is_required() else "",
            told.lower() if told in ("True", "False") else told,
        )
    defaults |= {"ENVIRONMENT": ("", "")}
    rows = {name: (star.strip(), default) for name, star, default in ROW.findall(DOC) if name != "PEERREVIEW_ENV"}
    assert rows == defaults


def test_every_command_is_named(application):
    missing = {name for name in application.cli.commands if name not in OF_LIBRARIES and f"flask {name}" not in DOC}
    assert missing == set()
