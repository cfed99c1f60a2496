"""What the secretariat, the chair and the members type."""

from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from peerreview.commission import completeness
from peerreview.commission.lifecycle import Addressee, Choice, Coming, DeferralCause, Outcome
from peerreview.commission.quorum import Majority, Of, Tie, VotingRules
from peerreview.commission.services import ConditionText, MotionText
from peerreview.core import clock
from peerreview.core.forms import Form

TOO_LONG = Length(max=3000, message=_l("Use at most 3,000 characters."))
ROWS = 4  # of conditions on the form of a motion; more come with each page that is sent


class MayStayEmpty(Optional):
    """Empty is no mistake here; the page does not say "(optional)", because a filled row needs it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class MeetingForm(Form):
    version = HiddenField()
    on = DateField(_l("On which day?"), validators=[InputRequired(_l("Choose a day."))])
    at = TimeField(_l("At what time?"), validators=[InputRequired(_l("Choose a time."))])
    place = StringField(
        _l("Where?"),
        description=_l("An address. Empty when you only meet online."),
        validators=[MayStayEmpty(), Length(max=200, message=_l("Use at most 200 characters."))],
    )
    link = StringField(
        _l("The link to join online"),
        validators=[
            MayStayEmpty(),
            Length(max=300, message=_l("Use at most 300 characters.")),
            Regexp("https://[^ ]+$", message=_l("Give the whole link: it begins with https://.")),
        ],
    )
    quorum = IntegerField(
        _l("How many members are needed to decide?"),
        description=_l("Only members who are present and have no interest count."),
        validators=[InputRequired(_l("Give a number.")), NumberRange(1, 30, _l("Choose a number from 1 to 30."))],
        default=3,
    )

    def starts_at(self) -> datetime:
        return datetime.combine(self.on.data, self.at.data, clock.AMSTERDAM)

    def closes_at(self) -> datetime | None:
        return None

    def facts(self) -> dict[str, Any]:
        """What the services ask of a meeting."""
        return {
            "starts_at": self.starts_at(), "closes_at": self.closes_at(), "place": self.place.data or "",
            "link": self.link.data or "", "quorum": self.quorum.data,
        }  # fmt: skip


class WrittenForm(Form):
    version = HiddenField()
    on = DateField(
        _l("From which day can members vote?"),
        description=_l("Leave it empty to begin as soon as you open it."),
        validators=[MayStayEmpty()],
    )
    closes_on = DateField(_l("Until which day?"), validators=[InputRequired(_l("Choose a day."))])
    closes_time = TimeField(
        _l("Until what time?"), default=time(17), validators=[InputRequired(_l("Choose a time."))]
    )
    quorum = IntegerField(
        _l("How many members must vote to decide?"),
        description=_l("Members with an interest do not count."),
        validators=[InputRequired(_l("Give a number.")), NumberRange(1, 30, _l("Choose a number from 1 to 30."))],
        default=3,
    )

    def closes_at(self) -> datetime:
        return datetime.combine(self.closes_on.data, self.closes_time.data, clock.AMSTERDAM)

    def facts(self) -> dict[str, Any]:
        """What the services ask of a written procedure; without a day it is opened by hand, until it closes."""
        began = datetime.combine(self.on.data, time(9), clock.AMSTERDAM) if self.on.data else self.closes_at()
        return {
            "starts_at": began if self.on.data else clock.now(), "closes_at": self.closes_at(), "place": "", "link": "",
            "quorum": self.quorum.data,
        }  # fmt: skip


class ReplyForm(Form):
    coming = RadioField(
        _l("Do you come?"),
        choices=[
            (Coming.HERE.value, _l("I come")),
            (Coming.ONLINE.value, _l("I join online")),
            (Coming.ABSENT.value, _l("I cannot come")),
        ],
        validators=[InputRequired(_l("Choose one of these."))],
    )
    note = TextAreaField(
        _l("Do you want to add something?"),
        description=_l("The secretariat and the chair read it."),
        validators=[MayStayEmpty(), Length(max=1000, message=_l("Use at most 1,000 characters."))],
    )


NONE, INTEREST = "none", "interest"


class CaseInterestForm(PlainForm):
    dossier_id = HiddenField()
    answer = RadioField(
        _l("Do you have an interest?"),
        choices=[(NONE, _l("No interest")), (INTEREST, _l("I have an interest"))],
        validators=[MayStayEmpty()],
    )
    note = TextAreaField(_l("What is your interest?"), validators=[Length(max=1000)])


class DeclarationForm(Form):
    """For each case whether the member has an interest; a case without an answer stays open."""

    cases = FieldList(FormField(CaseInterestForm))

    def answers(self) -> dict[int, str | None]:
        """By dossier: None for no interest, else the words of the interest."""
        given = [row.data for row in self.cases if (row.data["dossier_id"] or "").isdecimal()]
        return {
            int(row["dossier_id"]): None if row["answer"] == NONE else (row["note"] or "")
            for row in given
            if row["answer"] in (NONE, INTEREST)
        }


class CallForm(Form):
    person_id = SelectField(_l("Who stands in?"), coerce=int)
    reason = TextAreaField(
        _l("Why?"),
        description=_l("The substitute reads this in the letter. Name no dossier."),
        validators=[DataRequired(_l("Write the reason down: the other reads it.")), TOO_LONG],
    )


class MinutesForm(Form):
    version = HiddenField()
    heading = StringField(_l("Subject"), validators=[MayStayEmpty(), Length(max=200)])
    text = TextAreaField(_l("What was said and decided"), validators=[MayStayEmpty(), Length(max=20_000)])


class ReasonForm(Form):
    reason = TextAreaField(
        _l("What is it about?"),
        description=_l("The other reads this word for word."),
        validators=[DataRequired(_l("Write the reason down: the other reads it.")), TOO_LONG],
    )


class CheckForm(Form):
    """A reason for each line that is let go; `named` finds the field of a line by its code."""

    self_evaluation = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    reviewers = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    no_ties = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    independence = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    report = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    delivered = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    second_reader = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    questions = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    fact_check = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    plan_signed = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    plan_covers = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])

    def reasons(self) -> dict[str, str]:
        return {field.name: field.data or "" for field in self if isinstance(field, TextAreaField)}

    def named(self, code: str) -> Any:
        return self[code] if code != completeness.RECIPROCITY else None


class ForwardForm(Form):
    release_reason = TextAreaField(
        _l("Why may this dossier go before the other report?"),
        description=_l("Only needed while the exchange still waits for a report."),
        validators=[TOO_LONG],
    )


class AgainForm(Form):
    """What the secretariat asks further."""

    text = TextAreaField(
        _l("What do you want to know?"),
        description=_l("The other reads this word for word."),
        validators=[DataRequired(_l("Write down what you want to know.")), TOO_LONG],
    )
    due_on = DateField(_l("By when?"), validators=[InputRequired(_l("Choose a day."))])


class QuestionForm(AgainForm):
    """What the secretariat asks back, and of whom."""

    item = HiddenField()
    addressee = RadioField(
        _l("Who can answer this?"),
        choices=[(Addressee.TEAM.value, _l("The review team")), (Addressee.ORGANISATION.value, _l("The organisation"))],
        validators=[InputRequired(_l("Choose one of these."))],
    )


class AnswerForm(Form):
    text = TextAreaField(
        _l("What is your answer?"),
        description=_l("The secretariat reads it, and later the commission. Name functions, no people."),
        validators=[DataRequired(_l("Write your answer down.")), TOO_LONG],
    )


class ShowConditionForm(Form):
    """How the organisation meets a condition: in words, with files, or both."""

    text = TextAreaField(
        _l("How do you meet this condition?"),
        description=_l("What did you do, and what do people notice of it? Name functions, no people."),
        validators=[Length(max=10_000, message=_l("Use at most 10,000 characters."))],
    )
    files = MultipleFileField(
        _l("Files that show it"), description=_l("PDF, Word, Excel, PNG, JPEG, TXT or CSV; at most 25 MB each.")
    )
    version = HiddenField()

    def number(self) -> int:
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def brought(self) -> list[tuple[str, bytes]]:
        """The name and the content of each file that was chosen."""
        return [(file.filename, file.read()) for file in self.files.data or () if getattr(file, "filename", "")]


class VerdictForm(Form):
    verdict = RadioField(
        _l("Is the condition met?"),
        choices=[("meet", _l("Condition met")), ("ask_again", _l("Ask for more")), ("fail", _l("Condition not met"))],
        validators=[InputRequired(_l("Choose one of these."))],
    )
    reason = TextAreaField(
        _l("What do you tell the organisation?"),
        description=_l("Needed when you ask for more, and when it is not met."),
        validators=[TOO_LONG],
    )
    due_on = DateField(_l("By when must it show more?"), validators=[MayStayEmpty()])


class LetterForm(Form):
    """What the chair adds to one letter; sent, it also says that the letter was read."""

    letter = TextAreaField(
        _l("Do you want to add something?"),
        description=_l("It stands in the letter under “From the commission”. You may leave it empty."),
        validators=[TOO_LONG],
    )
    version = HiddenField()

    def number(self) -> int:
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def stale(self, theirs: str | None) -> str:
        """What somebody else wrote meanwhile, to lay beside one's own text."""
        return str(_("Somebody else changed this letter meanwhile. There it says now: “%(text)s”", text=theirs or "–"))


class InterestForm(Form):
    note = TextAreaField(
        _l("What is your interest?"),
        description=_l("In a few words. The secretariat and the other members can read it."),
        validators=[
            DataRequired(_l("Write in a few words what your interest is.")),
            Length(max=1000, message=_l("Use at most 1,000 characters.")),
        ],
    )


NEEDS = [("number", _l("A number of members")), ("share", _l("A part of the members without an interest"))]
MAJORITIES = [(Majority.SIMPLE.value, _l("More than half")), (Majority.TWO_THIRDS.value, _l("Two thirds or more"))]
SAME = [("", _l("Like the others")), *MAJORITIES]
ONE = InputRequired(_l("Choose one of these."))


class RulesForm(Form):
    """How a meeting counts votes (`quorum.VotingRules`)."""

    version = HiddenField()
    needs = RadioField(_l("How many have to take part?"), choices=NEEDS, validators=[ONE])
    quorum = IntegerField(
        _l("Number of members"),
        validators=[InputRequired(_l("Give a number.")), NumberRange(1, 30, _l("Choose a number from 1 to 30."))],
    )
    percent = IntegerField(
        _l("Percentage"),
        validators=[MayStayEmpty(), NumberRange(1, 100, _l("Choose a number from 1 to 100."))],
    )
    majority = RadioField(_l("When is a motion carried?"), choices=MAJORITIES, validators=[ONE])
    granted = SelectField(_l("Granted"), choices=SAME)
    granted_with_conditions = SelectField(_l("Granted with conditions"), choices=SAME)
    deferred = SelectField(_l("Deferred"), choices=SAME)
    refused = SelectField(_l("Refused"), choices=SAME)
    of = RadioField(
        _l("Of which votes?"),
        choices=[
            (Of.CAST.value, _l("Of the votes for and against")),
            (Of.COUNTING.value, _l("Of all members who take part")),
        ],
        validators=[ONE],
    )
    tie = RadioField(
        _l("What if the votes are equal?"),
        choices=[
            (Tie.LOST.value, _l("Then the motion is lost")),
            (Tie.CHAIR.value, _l("Then the vote of who leads the case decides")),
        ],
        validators=[ONE],
    )
    early = BooleanField(_l("It may close earlier, once everybody without an interest has voted"))

    @classmethod
    def of_meeting(cls, rules: VotingRules, version: int) -> "RulesForm":
        """The form with the rules as they are."""
        majorities = {outcome.value: rules.outcomes.get(outcome, "") for outcome in Outcome}
        return cls(
            data={
                "version": version, "needs": "share" if rules.percent else "number", "quorum": rules.quorum,
                "percent": rules.percent or 50, "majority": rules.majority, "of": rules.of, "tie": rules.tie,
                "early": rules.early, **majorities,
            }
        )  # fmt: skip

    def outcomes(self) -> list[SelectField]:
        """The fields of the outcomes that can have a majority of their own."""
        return [self[outcome.value] for outcome in Outcome]

    @property
    def differs(self) -> bool:
        return any(field.data for field in self.outcomes())

    def rules(self) -> VotingRules:
        own = {Outcome(field.name): Majority(field.data) for field in self.outcomes() if field.data}
        return VotingRules(
            quorum=self.quorum.data,
            percent=(self.percent.data or 50) if self.needs.data == "share" else 0,
            of=Of(self.of.data),
            majority=Majority(self.majority.data),
            outcomes=own,
            tie=Tie(self.tie.data),
            early=self.early.data,
        )


class VoteForm(Form):
    choice = RadioField(_l("Your vote"), coerce=Choice, validators=[InputRequired(_l("Choose one of these."))])
    motivation = TextAreaField(_l("Why?"), validators=[TOO_LONG])
    dissent = BooleanField(_l("Note my dissenting opinion in the minutes and with the decision"))


class ConditionForm(PlainForm):
    norm = SelectField(_l("Norm"), validate_choice=False)
    what = TextAreaField(_l("What must be done?"), validators=[Length(max=1000)])
    by = DateField(_l("When is it done?"), validators=[MayStayEmpty()])


class MotionForm(Form):
    """What is put to the vote. Of the parts below the outcome only that of the chosen outcome is read."""

    outcome = RadioField(_l("Decision"), coerce=Outcome, validators=[InputRequired(_l("Choose one of these."))])
    conditions = FieldList(FormField(ConditionForm), min_entries=ROWS, max_entries=20)
    deferral_cause = RadioField(
        _l("Why later?"),
        choices=[
            (DeferralCause.INFORMATION.value, _l("The organisation has to tell or show something")),
            (DeferralCause.INQUIRY.value, _l("The commission has something found out")),
        ],
        validators=[MayStayEmpty()],
    )
    question = TextAreaField(_l("What does the commission want to know?"), validators=[TOO_LONG])
    change = TextAreaField(_l("What must change?"), validators=[TOO_LONG])
    return_on = DateField(_l("From when can the organisation come back?"), validators=[MayStayEmpty()])
    motivation = TextAreaField(
        _l("Why this?"),
        description=_l("A first version of the reasons. After the vote you make them the text of the decision."),
        validators=[Length(max=10_000, message=_l("Use at most 10,000 characters."))],
    )

    def offer(self, outcomes: list[tuple[Outcome, str]], norms: list[tuple[str, str]]) -> None:
        """What can be moved, and the norms that a condition can be about, both with their words."""
        self.outcome.choices = outcomes
        for row in self.conditions:
            row.norm.choices = [("", "–"), *norms]

    def text(self) -> MotionText:
        """What is moved. A condition without its day raises ValueError."""
        outcome = self.outcome.data
        cause, asks = self.deferral_cause.data, ""
        if outcome in (Outcome.DEFERRED, Outcome.REFUSED):
            asks = (self.question if outcome == Outcome.DEFERRED else self.change).data or ""
        return MotionText(
            outcome=outcome,
            motivation=self.motivation.data or "",
            conditions=self._filled() if outcome == Outcome.GRANTED_WITH_CONDITIONS else (),
            deferral_cause=DeferralCause(cause) if cause and outcome == Outcome.DEFERRED else None,
            asks=asks,
            return_on=self.return_on.data if outcome == Outcome.REFUSED else None,
        )

    def _filled(self) -> list[ConditionText]:
        """The conditions that were typed; a row with nothing in it is none."""
        rows = [row.data for row in self.conditions if row.data["norm"] or row.data["what"] or row.data["by"]]
        if any(row["by"] is None for row in rows):
            raise ValueError
        return [ConditionText(row["norm"] or "", row["what"] or "", row["by"]) for row in rows]


class DecisionForm(Form):
    motivation = TextAreaField(
        _l("Why does the commission decide this?"),
        description=_l("The organisation reads this word for word. Strengths first."),
        validators=[
            DataRequired(_l("Write down why the commission decides this.")),
            Length(max=10_000, message=_l("Use at most 10,000 characters.")),
        ],
    )
    departure = TextAreaField(
        _l("Why different this time?"),
        description=_l("You may leave this empty. It stays with the decision, for the commission itself."),
        validators=[TOO_LONG],
    )
