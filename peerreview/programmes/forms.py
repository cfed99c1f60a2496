"""What may be typed about a programme: an item, where it is, a site, and that an example may take its place."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from peerreview.core import clock, i18n
from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.programmes import words
from peerreview.programmes.items import Item
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.programme import Programme
from peerreview.programmes.services import FAR

MAIN = _l("At the main site")
TITLE_LONG, NOTE_LONG = _l("Use at most 200 characters."), _l("Use at most 1,000 characters.")
NO_TIME = _l("Fill in a time, for example 9:45.")


class PlaceForm(Form):
    """Where an item is, and what people should know: what the host's coordinator fills in."""

    version = HiddenField()
    site = SelectField(_l("Site"))
    room = StringField(_l("Room"), validators=[Optional(), Length(max=200, message=TITLE_LONG)])
    note = TextAreaField(
        _l("What should people know?"),
        description=_l("Everybody on the visit reads this. No names of clients."),
        validators=[Optional(), Length(max=1000, message=NOTE_LONG)],
    )

    def place(self) -> dict[str, Any]:
        """What was typed here, as parts of an item."""
        return {
            "site_id": int(self.site.data) if self.site.data else None,
            "room": self.room.data or "",
            "note": self.note.data or "",
            "version": _number(self.version.data),
        }


class ItemForm(PlaceForm):
    """A whole item."""

    kind = SelectField(_l("What is it?"))
    title = StringField(
        _l("Name"),
        description=_l("Leave it empty and it is called after who you talk with."),
        validators=[Optional(), Length(max=200, message=TITLE_LONG)],
    )
    day = SelectField(_l("Day"))
    starts = TimeField(_l("Starts at"), validators=[InputRequired(NO_TIME)])
    ends = TimeField(_l("Ends at"), validators=[InputRequired(NO_TIME)])
    people = MultiCheckboxField(_l("Who of us?"), coerce=int)
    interlocutors = MultiCheckboxField(
        _l("Whom do we talk with?"), description=_l("Functions, never names."), validators=[Optional()]
    )
    norms = MultiCheckboxField(_l("About which norms?"), coerce=int)

    def item(self, id: int = 0) -> Item:
        """What was typed, as a plain value."""
        day = date.fromisoformat(self.day.data)
        return Item(
            kind=ItemKind(self.kind.data),
            starts_at=_at(day, self.starts.data),
            ends_at=_at(day, self.ends.data),
            people=frozenset(self.people.data or ()),
            interlocutors=tuple(self.interlocutors.data or ()),
            norms=tuple(self.norms.data or ()),
            title=self.title.data or "",
            id=id,
            **self.place(),
        )


class SiteForm(Form):
    name = StringField(
        _l("Name of the site"),
        validators=[InputRequired(_l("Say what the site is called.")), Length(max=200, message=TITLE_LONG)],
    )
    minutes = IntegerField(
        _l("Minutes from the main site"),
        description=_l("By car or bicycle, door to door. 0 for a talk online."),
        validators=[InputRequired(_l("Fill in a number of minutes.")), NumberRange(0, FAR)],
    )


class ReplaceForm(Form):
    """That the example may take the place of what is there."""

    replace = HiddenField()


def place_form(programme: Programme, item: Item) -> PlaceForm:
    """The form for where this item is."""
    form = PlaceForm(data=_place_of(item))
    form.site.choices = _sites(programme)
    return form


def item_form(programme: Programme, item: Item) -> ItemForm:
    """The form for this item, with what may be chosen in this programme."""
    form = ItemForm(
        data={
            **_place_of(item), "kind": item.kind.value, "title": item.title, "day": item.day.isoformat(),
            "starts": item.starts_at.time(), "ends": item.ends_at.time(), "people": sorted(item.people),
            "interlocutors": list(item.interlocutors), "norms": list(item.norms),
        }
    )  # fmt: skip
    outline = programme.outline
    days = {window.day for window in programme.windows} | ({item.day} if item.id else set())
    form.site.choices = _sites(programme)
    form.kind.choices = [(kind.value, words.kind_name(kind)) for kind in ItemKind]
    form.day.choices = [(day.isoformat(), i18n.day(day)) for day in sorted(days)]
    left = {id: name for id, name in programme.former.items() if id in item.people}
    form.people.choices = list((programme.team | left).items())
    form.interlocutors.choices = [(code, i18n.localised(label)) for code, label in outline.interlocutor_labels.items()]
    form.norms.choices = [(norm.id, f"{norm.code} {i18n.localised(norm.title)}") for norm in outline.norms]
    return form


def _sites(programme: Programme) -> list[tuple[str, Any]]:
    return [("", MAIN), *((str(site.id), site.name) for site in programme.sites)]


def _place_of(item: Item) -> dict[str, Any]:
    return {
        "site": str(item.site_id or ""), "room": item.room, "note": item.note, "version": str(item.version),
    }  # fmt: skip


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.AMSTERDAM)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
