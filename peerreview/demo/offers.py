"""What organisations write on the marketplace of the demo: stories of their own, each with what it is about."""

import csv
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple


class Story(NamedTuple):
    """An offer in a few lines; `field` is the work field that it is about ('' for any), the codes are competencies."""

    field: str
    strength: str
    learning: str
    text: str


def _read() -> tuple[Story, ...]:
    with (Path(__file__).parent / "offers-nl.csv").open(encoding="utf-8", newline="") as source:
        return tuple(Story(**row) for row in csv.DictReader(source, delimiter=";"))


STORIES = _read()

OWN = {"Groenewaard": 0, "Heidezoom": 1}  # the stories of those whom the demo's accounts belong to

ASK = (
    "Wij lazen dat jullie meiden willen bereiken. Bij ons lukt dat sinds vorig jaar, met een eigen avond. Wij zoeken "
    "zelf iemand die met ons meekijkt na onze fusie. Zullen wij samen gaan?"
)
ASKS = (
    "Jullie vraag is precies wat wij kunnen laten zien, en andersom ook. Zien jullie een koppel zitten?",
    "Wij liggen dicht bij elkaar en werken in dezelfde soort wijken. Zullen wij elkaar bezoeken in het voorjaar?",
    "Jullie verhaal sprak ons aan. Wij komen graag kijken, en laten graag zien hoe wij het doen.",
)
YES = "Graag! Wij hebben het in het team besproken en kijken ernaar uit."
NO = "Dank voor jullie vraag. Wij hebben dit jaar een partner nodig die ook schuldhulp doet."
NO_BECAUSE = "Wij wisselden vorig jaar drie medewerkers uit met deze organisatie. Dat voelt te dichtbij."
BLOCKS = (
    "Wij hebben samen een project gehad dat niet goed afliep. Over twee jaar kan het weer.",
    "Onze bestuurders kennen elkaar te goed om elkaar vrijuit te beoordelen.",
)


def story_for(fields: Collection[str], told: set[int]) -> Story:
    """The first story that fits this work and that nobody told yet; then one that fits anybody, and then they repeat."""
    free = [n for n in range(len(STORIES)) if n not in told] or list(range(len(STORIES)))
    fitting = [n for n in free if STORIES[n].field in fields] or [n for n in free if not STORIES[n].field] or free
    told.add(fitting[0])
    return STORIES[fitting[0]]
