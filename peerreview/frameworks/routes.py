"""The norms for everybody to read, and the secretariat's desk where a new version comes in."""

import json
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from peerreview.core import access, i18n
from peerreview.core.access import public, requires, the_actor
from peerreview.core.errors import Invalid, Refused
from peerreview.core.pages import done, page
from peerreview.frameworks import policy, queries, services, words
from peerreview.frameworks.comparison import compare
from peerreview.frameworks.document import document_of
from peerreview.frameworks.forms import FrameworkForm
from peerreview.frameworks.models import FrameworkVersion
from peerreview.frameworks.outline import Outline, VersionView
from peerreview.frameworks.search import find

bp = Blueprint("frameworks", __name__)


# --- For everybody ----------------------------------------------------------------------------------------------------


@bp.get("/norms")
@public
def show_newest() -> Any:
    versions = queries.published_versions()
    if not versions:
        return page("frameworks/none.html")
    return _overview(versions[0], versions)


@bp.get("/norms/<address>")
@public
def show_version(address: str) -> Any:
    versions = queries.published_versions()
    return _overview(_at(address, versions), versions)


def _overview(version: VersionView, versions: list[VersionView]) -> Any:
    outline = queries.outline_of(version.id)
    text = request.args.get("q", "").strip()
    found = find(outline.norms, text, i18n.language()) if text else []
    others = [other for other in versions if other.id != version.id]
    return _read("overview.html", version, outline, fragment="found", text=text, found=found, others=others)


@bp.get("/norms/<address>/chapters/<code>")
@public
def show_chapter(address: str, code: str) -> Any:
    version, outline = _whole(address)
    part = outline.chapter(code) or abort(404)
    return _read("part.html", version, outline, part=part, parts=outline.chapters, kind="chapter")


@bp.get("/norms/<address>/competencies/<code>")
@public
def show_competency(address: str, code: str) -> Any:
    version, outline = _whole(address)
    part = outline.competency(code) or abort(404)
    return _read("part.html", version, outline, part=part, parts=outline.competencies, kind="competency")


@bp.get("/norms/<address>/norm/<code>")
@public
def show_norm(address: str, code: str) -> Any:
    version, outline = _whole(address)
    norm = outline.norm(code) or abort(404)
    before, after = outline.neighbours(norm)
    return _read("norm.html", version, outline, norm=norm, before=before, after=after)


@bp.get("/norms/<address>/framework.json")
@public
def download_version(address: str) -> Any:
    version, outline = _whole(address)
    text = json.dumps(document_of(outline).as_json(), ensure_ascii=False, indent=1) + "\n"
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{version.identifier}-{version.label}.json"'
    return _revalidated(answer)


def _at(address: str, versions: list[VersionView]) -> VersionView:
    for view in versions:
        if address in (view.address, f"{view.identifier}@{view.label}"):
            return view
    abort(404)


def _whole(address: str) -> tuple[VersionView, Outline]:
    version = _at(address, queries.published_versions())
    return version, queries.outline_of(version.id)


def _read(template: str, version: VersionView, outline: Outline, **context: Any) -> Response:
    """A page of a version; `base` is the start of every address in it."""
    base = url_for("frameworks.show_version", address=version.address)
    return _revalidated(page(f"frameworks/{template}", version=version, outline=outline, base=base, **context))


def _revalidated(answer: Response) -> Response:
    """To a visitor the same page again is 304: the tag is made of what they would get, in their language."""
    if access.current_actor() is None:
        answer.vary.update(("Cookie", "Accept-Language"))
        answer.add_etag()
        answer.make_conditional(request)
    return answer


# --- The secretariat's desk -------------------------------------------------------------------------------------------


@bp.get("/frameworks")
@requires(policy.may_manage_frameworks)
def list_versions() -> Any:
    return page("frameworks/list.html", versions=queries.all_versions(), form=FrameworkForm(), problems=[])


@bp.post("/frameworks")
@requires(policy.may_manage_frameworks)
def import_framework() -> Any:
    form, problems, status = FrameworkForm(), [], 422
    if form.validate_on_submit():
        try:
            version = services.import_framework(form.file.data.read(), by=the_actor())
            return done(url_for("frameworks.show_framework", version_id=version.id))
        except Invalid as invalid:
            form.form_errors.append(invalid.message)
            problems = invalid.problems
        except Refused as refused:
            form.form_errors.append(refused.message)
            status = refused.status
    versions = queries.all_versions()
    return page(
        "frameworks/list.html", versions=versions, form=form, problems=problems, form_errors=True, status=status
    )


@bp.get("/frameworks/<int:version_id>")
@requires(policy.may_manage_version, queries.version_for)
def show_framework(version: FrameworkVersion) -> Any:
    outline = queries.outline_of(version.id)
    before = queries.version_before(outline.version)
    changes = compare(queries.outline_of(before.id), outline) if before else None
    return page("frameworks/show.html", outline=outline, before=before, changes=changes, words=words)


@bp.post("/frameworks/<int:version_id>/publish")
@requires(policy.may_manage_version, queries.version_for)
def publish(version: FrameworkVersion) -> Any:
    services.publish(version, by=the_actor())
    return done(url_for("frameworks.show_framework", version_id=version.id))


@bp.post("/frameworks/<int:version_id>/discard")
@requires(policy.may_manage_version, queries.version_for)
def discard_draft(version: FrameworkVersion) -> Any:
    services.discard_draft(version, by=the_actor())
    return done(url_for("frameworks.list_versions"))
