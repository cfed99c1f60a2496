"""A dossier as one document, for the printer: what the page tells, and every finding behind it."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from peerreview.commission import words
from peerreview.commission.models import Dossier
from peerreview.commission.queries.behind import Correction, Earlier
from peerreview.commission.queries.dossiers import DossierView, final_review_of
from peerreview.commission.queries.letters import route_of, scope_of
from peerreview.core import clock
from peerreview.core.association import Association
from peerreview.core.i18n import day, localised
from peerreview.improvement.models import Action
from peerreview.improvement.queries import Line
from peerreview.reviews.lifecycle import Rating, Verdict
from peerreview.reviews.queries import report_content
from peerreview.reviews.queries.document import WRITTEN_IN, document_of


def dossier_document(dossier: Dossier, view: DossierView, association: Association) -> dict[str, Any]:
    """The data of the PDF in the language now spoken; `view` is what this reader may see. Three queries at most."""
    trajectory = dossier.trajectory
    brand = {"name": association.product_name, "tagline": association.label_name}
    review = final_review_of(trajectory.id)
    report = document_of(report_content(review), brand=brand) if review else {}
    scale = [{"code": str(s["code"]), "label": localised(s["label"])} for s in view.outline.version.rating_scale]  # type: ignore[arg-type]
    return {
        "title": _("Dossier %(name)s", name=trajectory.organisation.name),
        "issued": clock.today().isoformat(),
        "lang": WRITTEN_IN,
        "brand": brand,
        "words": report.get("words", {}) | _words(),
        "organisation": {"name": trajectory.organisation.name, "place": trajectory.organisation.place},
        "facts": _facts(dossier, view),
        "scale": scale,
        "counts": _counts(view),
        "strengths": [{"code": norm.code, "text": text} for norm, text in view.strengths],
        "matters": [_matter(line, view) for line in view.plan.lines if line.rating],
        "chosen": [_chosen(line) for line in view.plan.lines if not line.rating and line.actions],
        "signed": _signed(view),
        "corrections": [_correction(one) for one in view.around.corrections],
        "opinions": [{"code": n.code, "title": localised(n.title), "text": text} for n, text in view.opinions],
        "notes": _notes(dossier, view),
        "earlier": [_earlier(one) for one in view.earlier],
        "chapters": report.get("chapters", []),
    }


def _facts(dossier: Dossier, view: DossierView) -> list[dict[str, str]]:
    trajectory, visit = dossier.trajectory, view.review.visit if view.review else None
    told = [
        (_("Round"), trajectory.round.name),
        (_("Scope"), scope_of(trajectory)),
        (_("Route"), route_of(trajectory)),
        (_("Framework"), localised(view.outline.version.title)),
        (_("Reviewed by"), visit.reviewing.organisation.name if visit else ""),
        (_("Visited on"), day(visit.starts_at, year=True) if visit else ""),
        (_("Meeting"), day(dossier.meeting.starts_at, year=True) if dossier.meeting else ""),
        (_("Certificate now"), _renewal(view)),
    ]
    return [{"label": label, "value": value} for label, value in told if value]


def _renewal(view: DossierView) -> str:
    if view.renews is None:
        return str(_("none that we know of"))
    return str(_("granted on %(day)s", day=day(view.renews.decided_on, weekday=False, year=True)))


def _counts(view: DossierView) -> list[dict[str, Any]]:
    essential = [view.rating(norm) for norm in view.outline.norms if norm.essential]
    return [{"rating": rating.value, "count": view.counts[rating], "key": essential.count(rating)} for rating in Rating]


def _matter(line: Line, view: DossierView) -> dict[str, Any]:
    return _chosen(line) | {
        "rating": line.rating.value if line.rating else "",
        "essential": line.norm.essential,
        "improvement": line.improvement,
    }


def _chosen(line: Line) -> dict[str, Any]:
    actions = [_action(action) for action in line.actions]
    return {"code": line.norm.code, "title": localised(line.norm.title), "actions": actions}


def _action(action: Action) -> dict[str, str]:
    return {
        "what": action.what, "owner": action.owner, "effect": action.expected_effect,
        "by": day(action.due_on, weekday=False, year=True),
    }  # fmt: skip


def _signed(view: DossierView) -> str:
    plan = view.plan.plan
    if plan is None or plan.signed_at is None:
        return str(_("The plan was not signed."))
    name = plan.signed_by.name if plan.signed_by else ""
    return str(_("Signed by %(name)s on %(day)s.", name=name, day=day(plan.signed_at, weekday=False, year=True)))


def _correction(one: Correction) -> dict[str, Any]:
    states = {
        Verdict.ACCEPTED: {"kind": "done", "text": _("Accepted")},
        Verdict.REJECTED: {"kind": "quiet", "text": _("Not accepted")},
    }
    return {
        "code": one.norm.code, "title": localised(one.norm.title), "text": one.text, "reason": one.reason,
        "state": states.get(one.verdict, ""), "parts": [{"text": p.text, "change": p.change} for p in one.parts],
        "before": one.rating_before.value if one.rating_before else "", "rating": one.rating.value if one.rating else "",
    }  # fmt: skip


def _notes(dossier: Dossier, view: DossierView) -> list[dict[str, str]]:
    """What the secretariat let go, released and asked; why errors were judged without advice."""
    notes = []
    if dossier.release_reason:
        notes.append((_("Forwarded before the other report was final:"), dossier.release_reason))
    for item in dossier.checklist:
        if not item["ok"] and item["reason"]:
            notes.append((f"{words.CHECKLIST[item['code']][1]} {item['detail']}".strip(), item["reason"]))
    if view.review and view.review.unread_reason:
        notes.append((_("Errors are judged without advice, because:"), view.review.unread_reason))
    for asked in view.around.questions:
        if asked.answer:
            notes.append((asked.text, f"{words.ADDRESSEES[asked.addressee]}: {asked.answer}"))
    return [{"head": str(head), "text": text} for head, text in notes]


def _earlier(one: Earlier) -> dict[str, Any]:
    on = day(one.decided_on, weekday=False, year=True)
    told = [one.asks] if one.asks else []
    if one.conditions:
        told.append(_("%(met)s of %(num)s conditions were met.", met=one.met, num=one.conditions))
    return {
        "title": f"{one.round}: {words.OUTCOMES[one.outcome]}, {on}",
        "text": " ".join(told),
        "promises": [
            {
                "code": p.code, "text": p.what, "by": _plain(p.due_on), "rating": p.rating.value if p.rating else "",
                "note": _("not rated") if p.norm else _("no longer a norm"),
            }
            for p in one.promises
        ],
    }  # fmt: skip


def _plain(on: date | None) -> str:
    return day(on, weekday=False, year=True)


def _words() -> dict[str, str]:
    return {
        "dossier": _("Dossier"),
        "contents": _("Contents"),
        "for_whom": _(
            "Confidential. For the members of the commission without an interest in it, and their secretariat."
        ),
        "page": _("Page {page} of {pages}"),
        "not_assessed": _("Not assessed"),
        "counts": pgettext("how many norms have a rating", "Norms"),
        "essential": _("essential norm"),
        "of_these": _("Essential"),
        "strengths": _("What is strong"),
        "matters": _("What matters"),
        "no_matters": _("Every norm that was assessed complies."),
        "norm": _("Norm"),
        "rating": _("Rating"),
        "action": _("Action"),
        "by": _("Done"),
        "owner": _("Who"),
        "effect": _("What people will notice"),
        "no_action": _("no action"),
        "plan": _("Improvement plan"),
        "chosen": _("Chosen by the organisation itself"),
        "fact_check": _("Right of reply: old and new"),
        "no_corrections": _("The organisation had no remarks, or none was noted."),
        "was": _("The rating was:"),
        "became": _("and is now:"),
        "opinions": _("Diverging opinions"),
        "no_opinions": _("The reviewers agree on every norm."),
        "notes": _("What the secretariat noted"),
        "earlier": _("Earlier decisions and promises"),
        "no_earlier": _("Nothing was decided about this organisation before."),
        "promises": _("What was promised"),
        "strong": _("Strong"),
        "improve": _("To improve"),
        "diverging": _("Diverging opinion"),
        "because": _("Not assessed, because"),
        "source": _("Source"),
    }
