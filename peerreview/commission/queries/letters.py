"""What the letter with a decision says, as data for the document "decision". In the language now spoken."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import Choice, DeferralCause, Outcome
from peerreview.commission.models import Decision
from peerreview.commission.queries.letters_behind import Behind
from peerreview.core import clock
from peerreview.core.association import Association
from peerreview.core.i18n import day, default_language, localised
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import ScopeKind
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.words import ROUTES

AWARDED = (Outcome.GRANTED, Outcome.GRANTED_WITH_CONDITIONS)


def reference_of(decision: Decision) -> str:
    """What the decision is called in letters: year and number."""
    return f"{decision.decided_on.year}-{decision.id:04d}"


def valid_until(decision: Decision) -> date | None:
    """The last day of the certificate after an award: the round's number of months after the decision."""
    if decision.outcome not in AWARDED:
        return None
    months = decision.decided_on.month - 1 + decision.dossier.trajectory.round.rules.certificate_months
    year, month = decision.decided_on.year + months // 12, months % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=decision.decided_on.day - 1), after - timedelta(days=1))


def appeal_until(decision: Decision) -> date:
    """The last day to object: the round's number of days after the letter (before it is sent: if it goes today)."""
    sent_on = clock.local(decision.letter_sent_at).date() if decision.letter_sent_at else clock.today()
    return sent_on + timedelta(days=decision.dossier.trajectory.round.rules.appeal_calendar_days)


def outcome_sentence(decision: Decision) -> str:
    """The outcome in one sentence, to the organisation itself."""
    with_conditions = ngettext(
        "You get the quality label, with one condition.",
        "You get the quality label, with %(num)s conditions.",
        len(decision.conditions),
    )
    sentences: dict[Outcome, str] = {
        Outcome.GRANTED: _("You get the quality label."),
        Outcome.GRANTED_WITH_CONDITIONS: with_conditions,
        Outcome.DEFERRED: _("The commission has not decided yet. It needs more information."),
        Outcome.REFUSED: _("You do not get the quality label now."),
    }
    return sentences[decision.outcome]


def _explanation(decision: Decision) -> str:
    valid = _("The certificate is valid from today.")
    explanations: dict[Outcome, str] = {
        Outcome.GRANTED: valid,
        Outcome.GRANTED_WITH_CONDITIONS: valid + " " + _("Show by the days below that the conditions are met."),
        Outcome.DEFERRED: _("Below you read what the commission still wants to know. It decides at a later meeting."),
        Outcome.REFUSED: _("Below you read what must change. You can take part again in a next round."),
    }
    return explanations[decision.outcome]


def scope_of(trajectory: Trajectory) -> str:
    """What the label is about: the whole organisation or its named parts."""
    whole = trajectory.scope_kind == ScopeKind.WHOLE
    return str(_("The whole organisation")) if whole else trajectory.scope_text


def route_of(trajectory: Trajectory) -> str:
    """By colleagues, by a certifying body, or both."""
    return str(ROUTES[trajectory.route][0])


def letter_language(readers: Iterable[Person]) -> str:
    """In which language the signed decision is written: that of its readers when they agree, else the association's."""
    spoken = {person.language for person in readers}
    return spoken.pop() if len(spoken) == 1 else default_language()


def letter_words(decision: Decision) -> tuple[str, str]:
    """Subject and text of the mail that brings the decision, in the language now spoken."""
    text = [outcome_sentence(decision), _("In the letter you read why, and what happens next.")]
    if decision.outcome != Outcome.GRANTED:
        text.append(_("You can appeal until %(day)s.", day=day(appeal_until(decision))))
    return _("The decision about your quality label"), " ".join(text)


def votes_sentence(decision: Decision) -> str:
    """How the votes fell, in numbers alone."""
    tally = decision.tally
    said: str = _(
        "%(yes)s voted for, %(no)s against, and %(none)s abstained.",
        yes=tally.get(Choice.FOR, 0), no=tally.get(Choice.AGAINST, 0), none=tally.get(Choice.ABSTAIN, 0),
    )  # fmt: skip
    return said


def asks_of(decision: Decision) -> tuple[str, str, str]:
    """What is asked at a deferral, or must change after a refusal: what it is called, the words, and the day."""
    on = _plain(decision.return_on) if decision.return_on else ""
    if not decision.asks and not on:
        return "", "", ""
    if decision.outcome == Outcome.REFUSED:
        return _("What must change"), decision.asks, _("You can sign up again from %(day)s.", day=on) if on else ""
    inquiry = decision.deferral_cause == DeferralCause.INQUIRY
    head = _("What is found out now") if inquiry else _("What we still ask of you")
    return head, decision.asks, _("The commission takes it up again by %(day)s.", day=on) if on else ""


def decision_document(decision: Decision, association: Association, behind: Behind) -> dict[str, Any]:
    """The data of the PDF; the decision comes from `decision_for`, with its names loaded."""
    head, asks, again = asks_of(decision)
    trajectory = decision.dossier.trajectory
    until = valid_until(decision)
    sent_on = clock.local(decision.letter_sent_at).date() if decision.letter_sent_at else clock.today()
    document: dict[str, Any] = {
        "title": _("Decision about the quality label, %(name)s", name=trajectory.organisation.name),
        "issued": sent_on.isoformat(),
        "brand": {"name": association.product_name, "tagline": association.label_name},
        "words": _words(),
        "sender": [_("Commission of the %(label)s", label=association.label_name), association.name,
                   association.contact_email],
        "to": _address(trajectory.organisation, behind),
        "date": _plain(sent_on),
        "reference": reference_of(decision),
        "subject": _("Decision about the quality label"),
        "scope": scope_of(trajectory),
        "framework": localised(trajectory.framework_version.title),
        "meeting": day(decision.meeting.starts_at, year=True),
        "salutation": _("Dear people of %(name)s,", name=trajectory.organisation.name),
        "opening": _opening(behind),
        "outcome": {
            "kind": decision.outcome.value, "text": outcome_sentence(decision), "explain": _explanation(decision),
            "valid_until": _plain(until) if until else "",
        },
        "motivation": decision.motivation,
        "conditions": [
            {"text": f"{item.what} ({item.norm})", "by": day(item.due_on, year=True)} for item in decision.conditions
        ],
        "asks": {"head": head, "text": asks, "by": again} if head else None,
        "added": decision.letter,
        "departure": decision.departure,
        "votes": votes_sentence(decision) if decision.tally else "",
        "dissents": list(behind.dissents),
        "closing": _("Kind regards,"),
        "signers": [
            {"name": decision.signed_by.name if decision.signed_by else "", "role": _("on behalf of the commission")}
        ],
    }  # fmt: skip
    document["appeal"] = _appeal(decision, association) if decision.outcome != Outcome.GRANTED else ""
    return document


def _plain(on: date) -> str:
    return day(on, weekday=False, year=True)


def _address(organisation: Organisation, behind: Behind) -> list[str]:
    attention = [_("attn. %(name)s", name=", ".join(behind.executives))] if behind.executives else []
    return [organisation.name, *attention, organisation.place]


def _opening(behind: Behind) -> str:
    parts: list[str] = []
    if behind.visited_at is not None:
        parts.append(_("%(name)s visited you on %(day)s.", name=behind.reviewer, day=day(behind.visited_at)))
    parts.append(_("The commission read the report, your answer to it and your improvement plan, and decided on them."))
    return " ".join(parts)


def _appeal(decision: Decision, association: Association) -> str:
    return "\n\n".join(
        [
            _(
                "Then you can appeal until %(day)s. Your executive does that on the page of this decision.",
                day=day(appeal_until(decision)),
            )
            + " "
            + _("Nobody who took part in the review or the decision handles your appeal.")
            + " "
            + _("Nothing changes while it is being handled."),
            _("Feel free to call the secretariat first: %(phone)s.", phone=association.phone),
        ]
    )


def _words() -> dict[str, str]:
    return {
        "reference": _("Reference"),
        "date": _("Date"),
        "scope": _("Scope"),
        "framework": _("Framework"),
        "meeting": _("Meeting"),
        "decision": _("The decision"),
        "valid_until": _("Valid until"),
        "motivation": _("Why we decide this"),
        "conditions": _("The conditions"),
        "by": pgettext("a deadline", "By"),
        "added": _("From the commission"),
        "departure": _("Why this decision differs from earlier ones that look alike"),
        "votes": _("How the votes fell"),
        "dissents": _("What members who voted against want to have noted"),
        "appeal": _("Do you disagree?"),
        "page": _("Page {page} of {pages}"),
    }
