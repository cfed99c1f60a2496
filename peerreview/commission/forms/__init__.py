"""What the secretariat, the chair and the members type."""

from peerreview.commission.forms.dossiers import (
    AgainForm,
    AnswerForm,
    CheckForm,
    ForwardForm,
    InterestForm,
    LetterForm,
    QuestionForm,
    ReasonForm,
    ShowConditionForm,
    VerdictForm,
)
from peerreview.commission.forms.fields import (
    ROWS,
)
from peerreview.commission.forms.meetings import (
    INTEREST,
    NONE,
    CallForm,
    CaseInterestForm,
    DeclarationForm,
    MeetingForm,
    MinutesForm,
    ReplyForm,
    WrittenForm,
)
from peerreview.commission.forms.voting import (
    ConditionForm,
    DecisionForm,
    MotionForm,
    RulesForm,
    VoteForm,
)

__all__ = [
    "INTEREST",
    "NONE",
    "ROWS",
    "AgainForm",
    "AnswerForm",
    "CallForm",
    "CaseInterestForm",
    "CheckForm",
    "ConditionForm",
    "DecisionForm",
    "DeclarationForm",
    "ForwardForm",
    "InterestForm",
    "LetterForm",
    "MeetingForm",
    "MinutesForm",
    "MotionForm",
    "QuestionForm",
    "ReasonForm",
    "ReplyForm",
    "RulesForm",
    "ShowConditionForm",
    "VerdictForm",
    "VoteForm",
    "WrittenForm",
]
