"""The association at the start of the road: an application without members, norms or rounds, and who will walk."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from config import ROOT
from peerreview.core.clock import AMSTERDAM
from tests.road.people import PASSWORD, Someone

FRAMEWORK = ROOT / "peerreview" / "demo" / "framework-sociaal-werk.json"
NORMS = ("V1", "D1", "O5")


@dataclass
class Organisation:
    """A member that takes part, with the people who work on it and the addresses of its papers."""

    name: str
    kvk: str
    place: str
    coordinator: Someone
    executive: Someone
    lead: Someone
    reviewer: Someone
    contributor: Someone | None = None
    at: dict[str, str] = field(default_factory=dict)

    @property
    def colleagues(self) -> list[Someone]:
        return [one for one in (self.executive, self.lead, self.reviewer, self.contributor) if one]


@dataclass
class Road:
    """All that the steps share: the clock, the people, and the addresses that they learnt on their way."""

    app: Flask
    open_tab: Callable[..., Page]
    travel: Any
    at: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visitor = self._one("Een bezoeker", "")
        self.office = self._one("Noor Vos", "noor@label.example")
        self.chair = self._one("Ina Kok", "ina@commissie.example")
        self.member = self._one("Joost Blom", "joost@commissie.example")
        self.connected = self._one("Karin Mol", "karin@commissie.example")
        self.bridge = Organisation(
            "Welzijn Brugveld", "01234567", "Zutphen",
            coordinator=self._one("Samira El Idrissi", "samira@brugveld.example"),
            executive=self._one("Hans de Wit", "hans@brugveld.example"),
            lead=self._one("Ada Prins", "ada@brugveld.example"),
            reviewer=self._one("Bo Jansen", "bo@brugveld.example", width=390),
            contributor=self._one("Cas Smit", "cas@brugveld.example"),
        )  # fmt: skip
        self.lime = Organisation(
            "Stichting De Linde", "12345678", "Deventer",
            coordinator=self._one("Tess Bakker", "tess@delinde.example"),
            executive=self._one("Ruud Visser", "ruud@delinde.example"),
            lead=self._one("Vera Koster", "vera@delinde.example"),
            reviewer=self._one("Wim Dekker", "wim@delinde.example", width=390),
        )  # fmt: skip

    def _one(self, name: str, email: str, width: int = 1280) -> Someone:
        return Someone(name, email, self.open_tab, width)

    @property
    def pair(self) -> list[tuple[Organisation, Organisation]]:
        """Both sides, each with its partner."""
        return [(self.bridge, self.lime), (self.lime, self.bridge)]

    def it_becomes(self, moment: str) -> None:
        """The clock of the application moves to this Amsterdam moment; a session that is too old ends."""
        self.travel.move_to(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM))

    def operator_makes_the_first_account(self) -> None:
        """With the command that an operator uses; everybody else comes in by a letter."""
        done = self.app.test_cli_runner().invoke(
            args=["people", "add", self.office.email, self.office.name, "secretariat", "--password-stdin"],
            input=f"{PASSWORD}\n",
        )
        assert done.exit_code == 0, done.output


def member_list(road: Road) -> bytes:
    """The list as the secretariat keeps it in a spreadsheet, with a KvK number of five digits in the last row."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(["Naam", "KvK-nummer", "Plaats", "Fte", "Werksoorten", "Contactpersoon", "E-mail"])
    for one in (road.bridge, road.lime):
        contact = one.coordinator
        writer.writerow([one.name, one.kvk, one.place, "42,5", "Jongerenwerk", contact.name, contact.email])
    writer.writerow(["Buurthuis Oost", "23456", "Apeldoorn", "12", "Jongerenwerk", "", ""])
    return table.getvalue().encode()


def framework_file() -> bytes:
    """The example framework with one norm of each chapter."""
    whole = json.loads(FRAMEWORK.read_text())
    whole["norms"] = [norm for norm in whole["norms"] if norm["code"] in NORMS]
    used = {code for norm in whole["norms"] for code in norm["competencies"]}
    whole["competencies"] = [one for one in whole["competencies"] if one["code"] in used]
    return json.dumps(whole, ensure_ascii=False).encode()
