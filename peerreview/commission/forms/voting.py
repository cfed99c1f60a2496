"""What is typed about motions: the rules of counting, what is moved, votes, and the decision in writing."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from peerreview.commission.forms.fields import ROWS, TOO_LONG, MayStayEmpty
from peerreview.commission.lifecycle import Choice, DeferralCause, Outcome
from peerreview.commission.quorum import Majority, Of, Tie, VotingRules
from peerreview.commission.services import ConditionText, MotionText
from peerreview.core.forms import Form

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
