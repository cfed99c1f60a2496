"""The secretariat says who is a qualified reviewer."""

from typing import Any

from flask import request, url_for

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.credentials import policy, queries, services
from peerreview.credentials.forms import EndForm, QualifyForm
from peerreview.credentials.models import Qualification
from peerreview.credentials.routes.blueprint import bp


@bp.get("/qualified-reviewers")
@requires(policy.may_qualify)
def list_reviewers() -> Any:
    rows = queries.reviewer_page(request.args.get("page", 1, int))
    return page("credentials/reviewers.html", reviewers=rows, today=clock.today())


@bp.get("/qualified-reviewers/<int:person_id>")
@requires(policy.may_qualify_person, queries.reviewer_for)
def show_reviewer(person: Person) -> Any:
    return _reviewer_page(person)


def _reviewer_page(person: Person, status: int = 200, **forms: Any) -> Any:
    held = queries.qualification_of(person.id)
    shown = {"qualify": QualifyForm(), "end": EndForm()} | forms
    return page(
        "credentials/reviewer.html",
        status=status,
        person=person,
        qualification=held,
        standing=queries.standing_of(held) if held else None,
        reviews=queries.reviews_of(person.id),
        wrong=next(iter(forms.values()), None),
        **shown,
    )


@bp.post("/qualified-reviewers/<int:person_id>")
@requires(policy.may_qualify_person, queries.reviewer_for)
def qualify(person: Person) -> Any:
    form = QualifyForm()
    if not form.validate_on_submit():
        return _reviewer_page(person, 422, qualify=form)
    try:
        services.qualify(person, ground=form.ground.data or "", months=form.months.data or 0, by=the_actor())
    except Invalid as wrong:
        form.ground.errors = [wrong.message]
        return _reviewer_page(person, 422, qualify=form)
    return done(url_for("credentials.show_reviewer", person_id=person.id))


@bp.post("/qualifications/<int:qualification_id>/end")
@requires(policy.may_end, queries.qualification_for)
def end_qualification(qualification: Qualification) -> Any:
    form = EndForm()
    if not form.validate_on_submit():
        return _reviewer_page(qualification.person, 422, end=form)
    services.end_qualification(qualification, reason=form.reason.data or "", by=the_actor())
    return done(url_for("credentials.show_reviewer", person_id=qualification.person_id))
