"""What an organisation, or a reviewer or member of the commission, declares; and the question to look again."""

from collections.abc import Callable
from typing import Any

from flask import abort, request, url_for

from peerreview.core.access import Actor, requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.impartiality import policy, queries, services, words
from peerreview.impartiality.forms import DeclareForm, EndForm, QuestionForm
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.routes.blueprint import bp
from peerreview.organisations.models import Organisation

LONGEST_SEARCH = 100


@bp.get("/conflicts")
@requires(policy.may_declare_for_organisation)
def list_conflicts() -> Any:
    return _list()


@bp.get("/my-interests")
@requires(policy.may_declare_for_self)
def list_interests() -> Any:
    return _list()


def _list() -> Any:
    actor = the_actor()
    known = queries.known_conflicts(actor)
    return page(
        "impartiality/own.html",
        declared=[one for one in known if one.declared],
        found=[one for one in known if not one.declared and not one.over],
        person=not policy.may_declare_for_organisation(actor),
        thanks="told" in request.args,
        asked="asked" in request.args,
        words=words,
    )


def _own_list(actor: Actor, **kept: Any) -> str:
    ours = policy.may_declare_for_organisation(actor)
    return url_for("impartiality.list_conflicts" if ours else "impartiality.list_interests", **kept)


@bp.get("/conflicts/new")
@requires(policy.may_declare)
def show_declare() -> Any:
    """First whom it is about, by name; then what."""
    number, text = request.args.get("about", 0, int), request.args.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    about = _other(number) if 0 < number < 2**31 else None
    if about is not None:
        return _declare(about, _form(about), 200)
    actor = the_actor()
    members = queries.members_named(text, but=_ours(actor))
    return page(
        "impartiality/whom.html", fragment="members", members=members, text=text, back=_own_list(actor),
        person=_ours(actor) is None,
    )  # fmt: skip


@bp.post("/conflicts")
@requires(policy.may_declare)
def declare() -> Any:
    number = request.form.get("about", 0, int)
    about = _other(number) if 0 < number < 2**31 else None
    if about is None:
        abort(404)
    form, actor = _form(about), the_actor()
    if not form.validate_on_submit():
        return _declare(about, form, 422)
    towards = {"ours": about.id, "theirs": actor.organisation_id}.get(form.direction.data) if form.direction else None
    try:
        services.declare(
            about.id, kind=form.kind.data, note=form.note.data or "", towards=towards,
            starts_on=form.starts_on.data, ends_on=form.ends_on.data, by=actor,
        )  # fmt: skip
    except Refused as refused:
        form.form_errors.append(refused.message)
        return _declare(_other(number) or about, form, refused.status)
    return done(_own_list(actor, told=1))


def _ours(actor: Actor) -> int | None:
    return actor.organisation_id if policy.may_declare_for_organisation(actor) else None


def _other(number: int) -> Organisation | None:
    """Another member than the own organisation."""
    return queries.member(number) if number != _ours(the_actor()) else None


def _form(about: Organisation) -> DeclareForm:
    action = url_for("impartiality.declare")
    form = DeclareForm(person=_ours(the_actor()) is None, name=about.name, action=action)
    form.about.data = str(about.id)
    return form


def _declare(about: Organisation, form: DeclareForm, status: int) -> Any:
    actor = the_actor()
    return page(
        "impartiality/declare.html", about=about, form=form, back=_own_list(actor), person=_ours(actor) is None,
        form_errors=form.errors, status=status,
    )  # fmt: skip


@bp.route("/conflicts/<int:conflict_id>/end-date", methods=["GET", "POST"])
@requires(policy.may_declare, queries.declared_conflict_for)
def say_end(conflict: Conflict) -> Any:
    form = EndForm(data={"ends_on": conflict.ends_on})
    do = lambda: services.say_end(conflict, ends_on=form.ends_on.data, by=the_actor())  # noqa: E731 - a line
    return _about(conflict, form, "end", do, told=1)


@bp.route("/conflicts/<int:conflict_id>/question", methods=["GET", "POST"])
@requires(policy.may_declare, queries.known_conflict_for)
def ask_again(conflict: Conflict) -> Any:
    form = QuestionForm()
    do = lambda: services.ask_again(conflict, note=form.note.data, by=the_actor())  # noqa: E731 - a line
    return _about(conflict, form, "question", do, asked=1)


def _about(conflict: Conflict, form: Any, act: str, do: Callable[[], None], **kept: Any) -> Any:
    """Show what it is about with one question, do what was answered, and go back to the list."""
    actor, status, number = the_actor(), 422 if form.is_submitted() else 200, conflict.id
    if form.validate_on_submit():
        try:
            do()
            return done(_own_list(actor, **kept))
        except Refused as refused:
            form.form_errors.append(refused.message)
            status = refused.status
    known = queries.known_conflict_for(actor, number) or abort(404)
    return page(
        "impartiality/about.html", one=queries.as_known(known, actor), form=form, act=act, back=_own_list(actor),
        person=_ours(actor) is None, words=words, form_errors=form.errors, status=status,
    )  # fmt: skip
