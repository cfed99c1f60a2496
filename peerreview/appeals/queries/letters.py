"""What the letter with the panel's outcome says, as data for the document "decision". In the language now spoken."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from peerreview.appeals.lifecycle import AppealOutcome
from peerreview.appeals.queries.appeals import Case
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.queries.letters import scope_of
from peerreview.core import clock
from peerreview.core.association import Association
from peerreview.core.i18n import day, localised


def outcome_sentence(case: Case) -> str:
    """The outcome in one sentence, to the organisation itself."""
    appeal = case.appeal
    if appeal.outcome == AppealOutcome.UPHELD:
        return str(_("The decision of the commission stands."))
    if appeal.outcome == AppealOutcome.SENT_BACK:
        return str(_("The commission decides about your dossier again."))
    number = len(appeal.conditions)
    with_conditions = ngettext(
        "You get the quality label, with one condition.", "You get the quality label, with %(num)s conditions.", number
    )
    instead: dict[Outcome | None, str] = {
        Outcome.GRANTED: _("You get the quality label."),
        Outcome.GRANTED_WITH_CONDITIONS: with_conditions,
        Outcome.REFUSED: _("You do not get the quality label now."),
    }
    return instead[appeal.instead]


def what_follows(case: Case) -> str:
    """What changes, and from when."""
    said: dict[AppealOutcome | None, str] = {
        AppealOutcome.UPHELD: _("Nothing changes. This is the end of the appeal."),
        AppealOutcome.AMENDED: _("This decision comes in place of the one that you appealed against."),
        AppealOutcome.REVERSED: _("This decision comes in place of the one that you appealed against."),
        AppealOutcome.SENT_BACK: _("Until then everything stays as it is. You hear when the commission meets."),
    }
    return said[case.appeal.outcome]


def appeal_document(case: Case, association: Association, executives: Sequence[str], signer: str) -> dict[str, Any]:
    """The data of the PDF; `case` has its names and its panel loaded."""
    trajectory, appeal = case.trajectory, case.appeal
    name, today = trajectory.organisation.name, clock.today()
    kind = appeal.instead.value if appeal.instead else Outcome.DEFERRED.value
    attention = [_("attn. %(name)s", name=", ".join(executives))] if executives else []
    members = ", ".join(seat.person.name for seat in case.panel)
    return {
        "title": _("Decision about the appeal of %(name)s", name=name),
        "issued": today.isoformat(),
        "brand": {"name": association.product_name, "tagline": association.label_name},
        "words": _words(),
        "sender": [_("Panel of the appeal"), association.name, association.contact_email],
        "to": [name, *attention, trajectory.organisation.place],
        "date": day(today, weekday=False, year=True),
        "reference": f"{case.reference}-A",
        "subject": _("Decision about your appeal"),
        "scope": scope_of(trajectory),
        "framework": localised(trajectory.framework_version.title),
        "meeting": day(appeal.hearing_at, year=True) if appeal.hearing_at else "",
        "salutation": _("Dear people of %(name)s,", name=name),
        "opening": _(
            "On %(day)s you appealed against decision %(reference)s. A panel of three handled it: %(members)s. None of "
            "them had a part in the review or in that decision.",
            day=day(appeal.lodged_at, weekday=False, year=True), reference=case.reference, members=members,
        ),
        "outcome": {"kind": kind, "text": outcome_sentence(case), "explain": what_follows(case), "valid_until": ""},
        "motivation": appeal.motivation,
        "conditions": [
            {"text": f"{one['what']} ({one['norm']})", "by": day(date.fromisoformat(one["by"]), year=True)}
            for one in appeal.conditions
        ],
        "asks": None,
        "dissents": [],
        "closing": _("Kind regards,"),
        "signers": [{"name": signer, "role": _("chair of the panel")}],
    }  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "reference": _("Reference"),
        "date": _("Date"),
        "scope": _("Scope"),
        "framework": _("Framework"),
        "meeting": _("Hearing"),
        "decision": _("The decision of the panel"),
        "valid_until": _("Valid until"),
        "motivation": _("Why the panel decides this"),
        "conditions": _("The conditions"),
        "by": pgettext("a deadline", "By"),
        "added": "",
        "departure": "",
        "votes": "",
        "dissents": "",
        "appeal": "",
        "page": _("Page {page} of {pages}"),
    }
