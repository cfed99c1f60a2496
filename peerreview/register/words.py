"""What an organisation writes on its page: the texts by name, and how they are read from and kept in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STORIES = 3
PARTS = ("title", "text")
LONGEST = {"looked_at": 1500, "story": 900, "title": 120, "works_on": 1500}


@dataclass(frozen=True, slots=True)
class Words:
    """What was looked at, at most three stories of (title, text), and what the organisation works on."""

    looked_at: str = ""
    stories: tuple[tuple[str, str], ...] = ()
    works_on: str = ""

    @property
    def empty(self) -> bool:
        return not (self.looked_at or self.works_on or self.told)

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """The stories that have a text; a title alone tells nothing."""
        return tuple((title, text) for title, text in self.stories if text)

    def shown(self) -> dict[str, Any]:
        """As visitors see it, and as it is kept when it is published."""
        stories = [{"title": title, "text": text} for title, text in self.told]
        return {"looked_at": self.looked_at, "stories": stories, "works_on": self.works_on}

    def texts(self) -> list[str]:
        return [self.looked_at, *(text for _title, text in self.stories), self.works_on]


def texts_of(words: Words) -> dict[str, str]:
    """Each text by the name that it has in the form, as the history keeps it."""
    stories = [*words.stories, *[("", "")] * STORIES][:STORIES]
    numbered = {
        f"{name}{n}": text for n, story in enumerate(stories, 1) for name, text in zip(PARTS, story, strict=True)
    }
    return {"looked_at": words.looked_at, **numbered, "works_on": words.works_on}


def words_from(texts: Mapping[str, str]) -> Words:
    """The words that these texts are; empty stories at the end are left out."""
    stories = [(texts.get(f"title{n}") or "", texts.get(f"text{n}") or "") for n in range(1, STORIES + 1)]
    while stories and stories[-1] == ("", ""):
        stories.pop()
    return Words(texts.get("looked_at") or "", tuple(stories), texts.get("works_on") or "")


def words_in(row: Any) -> Words:
    """The words of a page as they stand in its row; none for no row."""
    return Words(row.looked_at, _pairs(row.stories), row.works_on) if row is not None else Words()


def _pairs(stories: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((story.get("title", ""), story.get("text", "")) for story in stories)
