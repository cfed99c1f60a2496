"""Steps 9 and 10: the commission reads, votes and decides, and the certificate stands in the register."""

import re

from tests.road.beginning import invites
from tests.road.people import path_of
from tests.road.world import Road


def forwarding(road: Road) -> None:
    """9a. The secretariat checks that everything is there and sends both dossiers to the commission."""
    office = road.office
    office.goes_to("/")
    office.follows("Kijk of 2 dossiers volledig zijn")
    for organisation in (road.bridge, road.lime):
        office.goes_to("/trajectories-to-check")
        office.follows(organisation.name)
        office.sees("Er ontbreekt niets.")
        office.sends("Het dossier is compleet")
        office.sends("Stuur naar de commissie")
        organisation.at["dossier"] = path_of(office.page)
    people = ((road.chair, "Voorzitter van de commissie"), (road.member, "Commissielid"), (road.connected, "Commissielid"))
    for one, role in people:
        invites(office, one, role)
        one.joins()
