"""The pages of a trajectory: the road, the sign-up, and the secretariat's answers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from peerreview.frameworks.queries import outline_of
from peerreview.rounds.models import Round
from peerreview.rounds.queries import open_rounds, round_for
from peerreview.trajectories import policy, queries, services, words
from peerreview.trajectories.forms import ReasonAndDayForm, ReasonAndDueForm, ReasonForm, SignUpForm, typed
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.road import road, step_of

bp = Blueprint("trajectories", __name__)
S = TrajectoryState
RELEASED = ("released", "fact_checked", "final")
PLANNING = (S.REPORTED, S.PLANNED, S.COMPLETE, S.FORWARDED, S.DECIDED, S.CERTIFIED, S.REFUSED)
FILTERS = ("round", "state", "step", "late", "q")


def _home(trajectory: Trajectory) -> Any:
    return done(url_for("trajectories.show_trajectory", trajectory_id=trajectory.id))


# --- The road --------------------------------------------------------------------------------------------------------


@bp.get("/trajectory")
@requires(policy.may_follow)
def show_current() -> Any:
    actor = the_actor()
    trajectory = queries.current_trajectory_of(actor.organisation_id)
    return _show(trajectory) if trajectory else page("trajectories/none.html", **_ways_in())


def _ways_in() -> dict[str, Any]:
    return {"open_rounds": open_rounds(clock.today()), "may_sign_up": policy.may_sign_up(the_actor())}


@bp.get("/trajectories/<int:trajectory_id>")
@requires(policy.may_see, queries.trajectory_for)
def show_trajectory(trajectory: Trajectory) -> Any:
    return _show(trajectory)


def _show(trajectory: Trajectory) -> Any:
    actor = the_actor()
    us, partners = queries.road_facts_of(trajectory)
    roads = [road(us, partner.facts) for partner in partners] or [road(us)]
    return page(
        "trajectories/show.html",
        trajectory=trajectory,
        words=words,
        own=actor.is_of(trajectory.organisation_id),
        road=roads[0],
        them=[r.steps_them for r in roads] if len(roads) > 1 else roads[0].steps_them,
        partner=[p.name for p in partners] if len(partners) > 1 else (partners[0].name if partners else ""),
        next_step=words.next_of(trajectory.state, us.review),
        next_due=us.review_due
        if trajectory.state == S.VISITED and us.review in words.WITH_REPORT
        else trajectory.due_on,
        report_id=us.review_id if us.review in RELEASED and policy.may_open_report(actor, trajectory) else None,
        opens_plan=trajectory.state in PLANNING and policy.may_open_plan(actor, trajectory),
        acts=policy.acts_for(actor, trajectory),
        reads_sign_up=policy.may_read_sign_up(actor, trajectory),
        signs=actor.role in policy.SIGNERS,
        edits=policy.may_edit(actor, trajectory) and trajectory.state in services.EDITABLE,
        watches=policy.may_judge(actor, trajectory),
        reads_self_evaluation=policy.may_open_self_evaluation(actor, trajectory),
        history=queries.history_of(trajectory),
        earlier=[t for t in queries.trajectories_of(trajectory.organisation_id) if t.id != trajectory.id],
        **_ways_in(),
    )


# --- Signing up ------------------------------------------------------------------------------------------------------


@bp.post("/rounds/<int:round_id>/trajectories")
@requires(policy.may_begin, round_for)
def sign_up(round_: Round) -> Any:
    trajectory = services.sign_up(round_, by=the_actor())
    return done(url_for("trajectories.edit_sign_up", trajectory_id=trajectory.id))


@bp.get("/trajectories/<int:trajectory_id>/sign-up")
@requires(policy.may_read_sign_up, queries.sign_up_for)
def show_sign_up(trajectory: Trajectory) -> Any:
    return _show_sign_up(trajectory)


def _show_sign_up(trajectory: Trajectory, status: int = 200, message: str = "") -> Any:
    actor = the_actor()
    outline = outline_of(trajectory.framework_version_id)
    return page(
        "trajectories/sign_up.html",
        trajectory=trajectory,
        words=words,
        own=actor.is_of(trajectory.organisation_id),
        competencies={part.code: part.title for part in outline.competencies},
        months=dict(words.month_names()),
        missing=[words.MISSING[name] for name in services.missing_in(trajectory)],
        editable=trajectory.state in services.EDITABLE,
        may_edit=policy.may_edit(actor, trajectory),
        may_sign=policy.may_submit(actor, trajectory),
        may_ask=policy.may_ask_signature(actor, trajectory),
        acts=policy.acts_for(actor, trajectory),
        warnings=queries.sign_up_warnings(actor, trajectory),
        message=message,
        form_errors=status == 422,
        status=status,
    )


def _form_of(trajectory: Trajectory) -> SignUpForm:
    """The form with what is there, and what there is to choose from."""
    sign_up = queries.signed(trajectory)
    people = {offered.person_id: offered.person.name for offered in trajectory.reviewers}
    people |= {person.id: person.name for person in people_with(Role.REVIEWER, trajectory.organisation_id)}
    experienced = queries.experienced_people(people, before_round_id=trajectory.round_id)
    form = SignUpForm(data=typed(sign_up, experienced=experienced) | {"version": trajectory.version})
    outline = outline_of(trajectory.framework_version_id)
    form.offer(
        work_fields=[(field.id, i18n.localised(field.title)) for field in queries.work_fields()],
        people=sorted(people.items(), key=lambda item: i18n.sort_key(item[1])),
        competencies=[(part.code, i18n.localised(part.title)) for part in outline.competencies],
        others=[(n, f"{name}, {place}") for n, name, place in queries.other_members(trajectory.organisation_id)],
        travel=trajectory.max_travel_minutes,
    )
    return form


@bp.get("/trajectories/<int:trajectory_id>/sign-up/edit")
@requires(policy.may_edit, queries.sign_up_for)
def edit_sign_up(trajectory: Trajectory) -> Any:
    if trajectory.state not in services.EDITABLE:
        return done(url_for("trajectories.show_sign_up", trajectory_id=trajectory.id))
    return _edit(trajectory, _form_of(trajectory))


def _edit(trajectory: Trajectory, form: SignUpForm, status: int = 200, **more: Any) -> Any:
    autosaved = request.method == "POST" and "autosave" in request.form
    return page(
        "trajectories/_refused.html" if autosaved else "trajectories/edit.html",
        trajectory=trajectory,
        form=form,
        words=words,
        form_errors=status == 422,
        conflict=more.get("conflict"),
        now=clock.now(),
        status=status,
    )


@bp.post("/trajectories/<int:trajectory_id>/sign-up/edit")
@requires(policy.may_edit, queries.sign_up_for)
def save_sign_up(trajectory: Trajectory) -> Any:
    form, autosave = _form_of(trajectory), "autosave" in request.form
    if not form.validate_on_submit():
        return _edit(trajectory, form, 422)
    version, trajectory_id, before = _whole(form.version.data), trajectory.id, queries.signed(trajectory)
    try:
        services.save_sign_up(trajectory, sign_up=form.values(), version=version, by=the_actor(), autosave=autosave)
    except Invalid as wrong:
        form.form_errors.append(wrong.message)
        return _edit(trajectory, form, 422)
    except StaleVersion:
        conflict = {"theirs": before, "who": queries.last_writer_of(trajectory) or _("A colleague")}
        form.version.data = str(trajectory.version)
        return _edit(trajectory, form, 409, conflict=conflict)
    if autosave:
        return page("trajectories/_saved.html", version=trajectory.version, now=clock.now())
    return done(url_for("trajectories.show_sign_up", trajectory_id=trajectory_id))


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


@bp.post("/trajectories/<int:trajectory_id>/signature-request")
@requires(policy.may_ask_signature, queries.trajectory_for)
def ask_signature(trajectory: Trajectory) -> Any:
    services.ask_signature(trajectory, by=the_actor())
    return done(url_for("trajectories.show_sign_up", trajectory_id=trajectory.id, asked=1))


@bp.post("/trajectories/<int:trajectory_id>/submission")
@requires(policy.may_submit, queries.sign_up_for)
def submit(trajectory: Trajectory) -> Any:
    try:
        services.submit(trajectory, by=the_actor())
    except Invalid as wrong:
        return _show_sign_up(trajectory, 422, wrong.message)
    return _home(trajectory)


@bp.post("/trajectories/<int:trajectory_id>/discarding")
@requires(policy.may_discard, queries.sign_up_for)
def discard(trajectory: Trajectory) -> Any:
    services.discard(trajectory, by=the_actor())
    return done(url_for("trajectories.show_current"))


# --- The secretariat's answers ---------------------------------------------------------------------------------------


@bp.post("/trajectories/<int:trajectory_id>/acceptance")
@requires(policy.may_judge, queries.trajectory_for)
def accept(trajectory: Trajectory) -> Any:
    services.accept(trajectory, by=the_actor())
    return _home(trajectory)


def _decide(trajectory: Trajectory, form: ReasonForm, kind: str, act: Callable[[], None]) -> Any:
    """One page for each answer with a reason; what was typed stays when the answer is refused."""
    status = 200
    if form.validate_on_submit():
        try:
            act()
            return _home(trajectory)
        except Invalid as wrong:
            form.form_errors.append(wrong.message)
            status = 422
    elif form.is_submitted():
        status = 422
    return page(
        "trajectories/decide.html",
        trajectory=trajectory,
        form=form,
        kind=kind,
        form_errors=status == 422,
        status=status,
    )


@bp.route("/trajectories/<int:trajectory_id>/return", methods=["GET", "POST"])
@requires(policy.may_judge, queries.trajectory_for)
def return_sign_up(trajectory: Trajectory) -> Any:
    form = ReasonForm()
    return _decide(
        trajectory, form, "return", lambda: services.return_sign_up(trajectory, reason=form.reason.data, by=the_actor())
    )


@bp.route("/trajectories/<int:trajectory_id>/rejection", methods=["GET", "POST"])
@requires(policy.may_judge, queries.trajectory_for)
def reject(trajectory: Trajectory) -> Any:
    form = ReasonForm()
    return _decide(
        trajectory, form, "reject", lambda: services.reject(trajectory, reason=form.reason.data, by=the_actor())
    )


@bp.route("/trajectories/<int:trajectory_id>/withdrawal", methods=["GET", "POST"])
@requires(policy.may_withdraw, queries.trajectory_for)
def withdraw(trajectory: Trajectory) -> Any:
    form = ReasonForm()
    return _decide(
        trajectory, form, "withdraw", lambda: services.withdraw(trajectory, reason=form.reason.data, by=the_actor())
    )


@bp.route("/trajectories/<int:trajectory_id>/hold", methods=["GET", "POST"])
@requires(policy.may_judge, queries.trajectory_for)
def hold(trajectory: Trajectory) -> Any:
    form = ReasonAndDayForm()
    return _decide(
        trajectory,
        form,
        "hold",
        lambda: services.hold(trajectory, reason=form.reason.data, until=form.on.data, by=the_actor()),
    )


@bp.route("/trajectories/<int:trajectory_id>/resumption", methods=["GET", "POST"])
@requires(policy.may_judge, queries.trajectory_for)
def resume(trajectory: Trajectory) -> Any:
    form = ReasonAndDueForm()
    return _decide(
        trajectory,
        form,
        "resume",
        lambda: services.resume(trajectory, reason=form.reason.data, due_on=form.on.data, by=the_actor()),
    )


@bp.route("/trajectories/<int:trajectory_id>/deadline", methods=["GET", "POST"])
@requires(policy.may_judge, queries.trajectory_for)
def move_deadline(trajectory: Trajectory) -> Any:
    form = ReasonAndDueForm()
    return _decide(
        trajectory,
        form,
        "deadline",
        lambda: services.move_deadline(trajectory, reason=form.reason.data, due_on=form.on.data, by=the_actor()),
    )


# --- The secretariat's list ------------------------------------------------------------------------------------------


def _chosen() -> queries.Chosen:
    asked = request.args
    state = asked.get("state", "")
    return queries.Chosen(
        round_id=_whole(asked.get("round")) or None,
        state=S(state) if state in list(S) else None,
        step=_whole(asked.get("step")) or None,
        late="late" in asked,
        text=asked.get("q", "")[:100].strip(),
    )


@bp.get("/trajectories")
@requires(policy.may_list)
def list_trajectories() -> Any:
    chosen = _chosen()
    kept = {name: value for name, value in request.args.items() if value and name in FILTERS}
    return page(
        "trajectories/list.html",
        fragment="trajectories",
        rows=queries.trajectory_page(chosen, request.args.get("page", 1, int)),
        chosen=chosen,
        kept=kept,
        words=words,
        step_of=step_of,
        rounds=queries.rounds_with_trajectories(),
        may_export=policy.may_export(the_actor()),
    )


@bp.get("/trajectories/export.<any(csv, xlsx):kind>")
@requires(policy.may_export)
def export_trajectories(kind: str) -> Any:
    heads = [
        _("Organisation"), _("KvK number"), _("Place"), _("Round"), _("State"), _("Step"), _("Due by"), _("Route"),
        _("Fte"), _("Farthest travel in minutes"),
    ]  # fmt: skip
    rows = [
        [
            row.organisation, row.kvk, row.place, row.round, words.state_name(row.state),
            step_of(row.state, row.held_from), row.due_on, str(words.ROUTES[row.route][0]), float(row.fte),
            row.max_travel_minutes,
        ]
        for row in queries.trajectory_rows(_chosen())
    ]  # fmt: skip
    title = _("Trajectories")
    answer = make_response(csv_file(heads, rows) if kind == "csv" else xlsx_file(title, heads, rows))
    answer.mimetype = CSV_TYPE if kind == "csv" else XLSX_TYPE
    answer.headers["Content-Type"] = answer.mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{title.lower()}-{clock.today()}.{kind}"'
    return answer
