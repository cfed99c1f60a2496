"""The log of letters, one letter with its preview, and the addresses that do not work."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.outbox import Letter, LetterState, sender
from peerreview.core.pages import done, page
from peerreview.core.watch import Workers
from peerreview.letters import policy, queries, services, words
from peerreview.letters.forms import ReasonForm
from peerreview.letters.lifecycle import LEFT, LETTER
from peerreview.letters.masking import masked
from peerreview.letters.queries import Chosen

bp = Blueprint("letters", __name__)
FILTERS = ("state", "kind", "about", "q")


def _chosen() -> Chosen:
    asked = request.args
    state, (about_type, _colon, about_id) = asked.get("state", ""), asked.get("about", "")[:80].partition(":")
    known = about_id.isdecimal() and int(about_id) <= queries.LARGEST
    return Chosen(
        state=LetterState(state) if state in list(LetterState) else None,
        kind=asked.get("kind", "")[:60],
        about_type=about_type if known else "",
        about_id=int(about_id) if known else None,
        text=asked.get("q", "")[:100].strip(),
    )


@bp.get("/letters")
@requires(policy.may_list)
def list_letters() -> Any:
    chosen, actor = _chosen(), the_actor()
    kinds = queries.kinds()
    return page(
        "letters/list.html",
        fragment="letters",
        rows=queries.letter_page(chosen, request.args.get("page", 1, int)),
        counts=queries.counts(),
        chosen=chosen,
        kept={name: value for name, value in request.args.items() if value and name in FILTERS},
        groups=sorted({(kind.partition(".")[0], words.subject_name(kind)) for kind in kinds}, key=lambda one: one[1]),
        reads=lambda kind: policy.reads(actor, kind),
        words=words,
        workers=Workers.now(),
    )


@bp.get("/letters/addresses")
@requires(policy.may_list)
def list_addresses() -> Any:
    return page("letters/addresses.html", rows=queries.bad_addresses(request.args.get("page", 1, int)), words=words)


@bp.get("/letters/<int:letter_id>")
@requires(policy.may_see, queries.letter_for)
def show_letter(letter: Letter) -> Any:
    return _show(letter, ReasonForm())


def _show(letter: Letter, form: ReasonForm, status: int = 200) -> Any:
    reads = policy.reads(the_actor(), letter.kind)
    return page(
        "letters/show.html",
        letter=letter,
        reads=reads,
        body=masked(letter.body) if reads else "",
        sender=sender(),
        verbs=_verbs(letter) if reads else (),
        again=queries.resent_of(letter),
        where=words.where(letter.about_type, letter.about_id),
        form=form,
        form_errors=status != 200,
        words=words,
        status=status,
    )


def _verbs(letter: Letter) -> tuple[str, ...]:
    """What can be done with it now."""
    verbs = [verb for verb in ("hold", "release") if LETTER.can(letter.state, verb)]
    return (*verbs, "resend") if letter.state in LEFT else tuple(verbs)


def _do(letter: Letter, act: Callable[..., Letter | None]) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(letter, form, 422)
    try:
        new = act(letter, reason=form.reason.data or "", by=the_actor())
    except Refused as no:
        form.form_errors.append(no.message)
        return _show(letter, form, no.status)
    return done(url_for("letters.show_letter", letter_id=new.id if new else letter.id))


@bp.post("/letters/<int:letter_id>/hold")
@requires(policy.may_steer, queries.letter_for)
def hold(letter: Letter) -> Any:
    return _do(letter, services.hold)


@bp.post("/letters/<int:letter_id>/release")
@requires(policy.may_steer, queries.letter_for)
def release(letter: Letter) -> Any:
    return _do(letter, services.release)


@bp.post("/letters/<int:letter_id>/resend")
@requires(policy.may_steer, queries.letter_for)
def resend(letter: Letter) -> Any:
    return _do(letter, services.resend)
