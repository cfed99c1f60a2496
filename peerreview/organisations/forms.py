"""What may be typed about an organisation, and the words when it is not right."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from peerreview.core.errors import StaleVersion
from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.organisations.kvk import clean_kvk
from peerreview.organisations.member_list import one_line, read_email, read_fte, read_name, read_website
from peerreview.organisations.models import Organisation, WorkField
from peerreview.organisations.places import PROVINCES, place_or_unknown
from peerreview.organisations.words import said
from peerreview.organisations.wrong import Wrong

LONGEST_STORY = 5_000


class Reads:
    """A validator that reads what was typed with a function of our reasoning, and keeps what it gives."""

    def __init__(self, read: Callable[[str], Any], empty: Any = "") -> None:
        self.read, self.empty = read, empty

    def __call__(self, form: Any, field: Any) -> None:
        try:
            form.read[field.name] = self.read(field.data) if field.data else self.empty
        except Wrong as wrong:
            raise ValidationError(said(wrong)) from None


def _line(name: str) -> Callable[[str], str]:
    return lambda text: one_line(name, text)


class _Facts(Form):
    """The facts of an organisation that all its forms share; `facts()` gives them once they are found right."""

    place = StringField(
        _l("Place"), [DataRequired(_l("Fill in the place."))], description=_l("Where the main site is.")
    )
    province = SelectField(
        _l("Province"),
        [Optional()],
        choices=[SelectChoice("", _l("Choose by the place")), *((name, name) for name in PROVINCES)],
    )
    fte = StringField(
        _l("Fte"),
        [Optional(), Reads(read_fte, Decimal(0))],
        description=_l("Paid staff only. An estimate will do, for example 42,5."),
    )
    work_fields = MultiCheckboxField(_l("Work fields"), [Optional()], coerce=int)
    website = StringField(_l("Website"), [Optional(), Reads(read_website)])

    def __init__(self, *args: Any, work_fields: list[WorkField], title: Callable[[Any], str], **kwargs: Any) -> None:
        self.read: dict[str, Any] = {}
        self.known = work_fields
        super().__init__(*args, **kwargs)
        self.work_fields.choices = [(field.id, title(field.title)) for field in work_fields]

    def validate_place(self, field: StringField) -> None:
        try:
            place, _unknown = place_or_unknown(one_line("place", field.data or ""), self.province.data)
        except Wrong as wrong:
            raise ValidationError(said(wrong)) from None
        self.read |= {"place": place.name, "province": place.province}

    def facts(self) -> dict[str, Any]:
        """What was typed, as the services take it; a field that this form does not have is left out."""
        chosen = set(self.work_fields.data or [])
        empty = {"fte": Decimal(0)}
        plain = {name: empty.get(name, "") for name in self._fields if name in READ and name not in self.read}
        return plain | self.read | {"work_fields": [field for field in self.known if field.id in chosen]}


READ = (
    "name", "kvk", "fte", "municipality", "website", "contact_name", "contact_email", "phone", "legal_group", "about",
)  # fmt: skip


class OwnOrganisationForm(_Facts):
    """What an organisation changes about itself."""

    version = HiddenField()
    municipality = StringField(_l("Municipality"), [Optional(), Reads(_line("municipality"))])
    contact_name = StringField(_l("Contact person"), [Optional(), Reads(_line("contact_name"))])
    contact_email = StringField(_l("E-mail"), [Optional(), Reads(read_email)])
    phone = StringField(_l("Phone"), [Optional(), Reads(_line("phone"))])
    about = TextAreaField(
        _l("About the organisation"),
        [Optional(), Length(max=LONGEST_STORY, message=_l("Use at most 5,000 characters.")), Reads(str)],
        description=_l("Who you are and what you are proud of. Organisations that look for a partner read this."),
    )

    def shows(self, organisation: Organisation) -> None:
        """Fill the form with the organisation as it is."""
        for name in self._fields:
            if name in (*READ, "place", "province", "version") and name != "fte":
                self[name].data = getattr(organisation, name)
        self.fte.data = f"{organisation.fte:f}".replace(".", ",")
        self.work_fields.data = [field.id for field in organisation.work_fields]

    def seen_version(self) -> int:
        """The version that was shown with the form; 0, which is always stale, when it is no number."""
        return int(self.version.data) if (self.version.data or "").isdecimal() and len(self.version.data) < 10 else 0


class OrganisationForm(OwnOrganisationForm):
    """All facts, for the secretariat."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in the name.")), Reads(read_name)])
    kvk = StringField(
        _l("KvK number"),
        [DataRequired(_l("Fill in the KvK number.")), Reads(clean_kvk)],
        description=_l("8 digits, also when the first is a zero."),
    )
    legal_group = StringField(
        _l("Group"),
        [Optional(), Reads(_line("legal_group"))],
        description=_l("Organisations of one group never review each other."),
    )


class JoinForm(_Facts):
    """An organisation that signs itself up. `homepage` is a trap: people do not see it, programs fill it in."""

    name = StringField(_l("Name of the organisation"), [DataRequired(_l("Fill in the name.")), Reads(read_name)])
    kvk = StringField(
        _l("KvK number"),
        [DataRequired(_l("Fill in the KvK number.")), Reads(clean_kvk)],
        description=_l("8 digits, found on your extract."),
    )
    applicant_name = StringField(
        _l("Your name"),
        [DataRequired(_l("Fill in your name.")), Length(max=200, message=_l("Keep it under 200 characters."))],
    )
    applicant_email = StringField(
        _l("Your e-mail address at work"), [DataRequired(_l("Fill in an e-mail address."))],
        description=_l("We send a link there. You become the coordinator of your organisation."),
    )  # fmt: skip
    homepage = StringField(_l("Leave this empty"))

    def validate_applicant_email(self, field: StringField) -> None:
        try:
            field.data = read_email(field.data or "")
        except Wrong as wrong:
            raise ValidationError(said(wrong)) from None

    def kept_facts(self) -> dict[str, Any]:
        """The facts as an application keeps them: plain texts and codes."""
        facts = self.facts()
        return facts | {"fte": str(facts["fte"]), "work_fields": [field.code for field in facts["work_fields"]]}


class ReasonForm(Form):
    """Why: for the applicant, or for who looks back later."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write why.")), Length(max=2000, message=_l("Use at most 2,000 characters."))],
    )


class MemberListForm(Form):
    """Which list the secretariat brings in."""

    file = FileField(
        _l("Member list"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or Excel (.xlsx), at most 5,000 rows. The first row holds the headings."),
    )


class ApplyForm(Form):
    """What happens besides, when a list is applied."""

    invite_contacts = BooleanField(
        _l("Invite the contact of each new member as coordinator"),
        description=_l("They get a letter with a link that holds for 14 days."),
    )


def differences(stale: StaleVersion, form: _Facts, title: Callable[[Any], str]) -> list[tuple[str, str, str]]:
    """(label, theirs, mine) of each field in which two writers differ."""
    return [
        (str(form[name].label.text), _shown(stale.theirs[name], title), _shown(stale.mine[name], title))
        for name in stale.theirs
    ]


def _shown(value: Any, title: Callable[[Any], str]) -> str:
    return ", ".join(title(field.title) for field in value) if isinstance(value, list) else str(value)
