"""Importing and publishing: whole or not at all, once, and fixed for ever."""

import json

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from config import ROOT
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, Refused
from peerreview.frameworks import queries, services
from peerreview.frameworks.document import document_of
from peerreview.frameworks.lifecycle import VersionState
from peerreview.frameworks.models import Chapter, FrameworkVersion, Norm, PublishedVersionError
from tests.factories.frameworks import both, framework_file, make_framework

EXAMPLE = ROOT / "peerreview" / "demo" / "framework-sociaal-werk.json"


def imported(publish: bool = False, **changes) -> FrameworkVersion:
    data = framework_file() | changes
    version = services.import_framework(json.dumps(data).encode(), by=SYSTEM)
    return services.publish(version, by=SYSTEM) if publish else version


def count_of(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_example_framework_comes_in_and_goes_out_equal(app):
    version = services.import_framework(EXAMPLE.read_bytes(), by=SYSTEM)
    outline = queries.outline_of(version.id)
    assert document_of(outline).as_json() == json.loads(EXAMPLE.read_text())
    assert [(part.code, len(part.norms)) for part in outline.chapters] == [("V", 16), ("D", 16), ("O", 20)]


def test_a_file_comes_in_as_a_draft_and_is_noted(app):
    version = imported()
    assert version.state == VersionState.DRAFT
    assert queries.newest_version() is None
    assert db.session.scalars(select(AuditEntry.action)).all() == ["framework_version.import"]


def test_the_same_file_again_doubles_nothing(app):
    first, again = imported(), imported()
    assert first.id == again.id
    assert (count_of(FrameworkVersion), count_of(Norm)) == (1, 3)


def test_a_changed_file_replaces_the_draft(app):
    first = imported()
    second = imported(norms=framework_file(norms=5)["norms"])
    assert first.id == second.id
    assert count_of(Norm) == 5


def test_a_changed_file_under_the_label_of_a_published_version_is_refused(app):
    imported(publish=True)
    with pytest.raises(Refused, match="2027"):
        imported(title=both("Iets anders"))
    assert queries.newest_version().title["nl"] == "Voorbeeldkader"


def test_the_file_of_a_published_version_gives_that_version(app):
    version = imported(publish=True)
    assert imported().id == version.id


def test_a_wrong_file_leaves_nothing_behind(app):
    data = framework_file()
    data["norms"][2]["chapter"] = "Z"
    with pytest.raises(Invalid) as refused:
        services.import_framework(json.dumps(data).encode(), by=SYSTEM)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == ["norms[2].chapter"]
    assert (count_of(FrameworkVersion), count_of(Chapter), count_of(AuditEntry)) == (0, 0, 0)


def test_publishing_twice_changes_nothing(app):
    version = imported(publish=True)
    moment = version.published_at
    assert services.publish(version, by=SYSTEM).published_at == moment
    assert [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
        "framework_version.import",
        "framework_version.publish",
    ]


def test_a_draft_can_be_thrown_away_and_a_published_version_cannot(app):
    services.discard_draft(imported(), by=SYSTEM)
    assert (count_of(FrameworkVersion), count_of(Norm)) == (0, 0)
    with pytest.raises(Refused):
        services.discard_draft(imported(publish=True), by=SYSTEM)


def test_code_cannot_change_what_is_published(app):
    imported(publish=True)
    norm = db.session.scalars(select(Norm)).first()
    with pytest.raises(PublishedVersionError), unit_of_work():
        norm.title = both("Een andere titel")
    version = db.session.scalars(select(FrameworkVersion)).one()
    with pytest.raises(PublishedVersionError), unit_of_work():
        version.label = "2030"
    with pytest.raises(PublishedVersionError), unit_of_work():
        db.session.delete(db.session.scalars(select(Norm)).first())


STATEMENTS = (
    "UPDATE norm SET code = 'X'",
    "DELETE FROM norm",
    "DELETE FROM norm_competency",
    "UPDATE norm_competency SET position = 9",
    "UPDATE chapter SET code = 'X'",
    "DELETE FROM competency",
    "UPDATE framework_version SET label = 'X'",
    "UPDATE framework_version SET state = 'draft'",
    "DELETE FROM framework_version",
    "UPDATE framework SET identifier = 'x'",
    "INSERT INTO chapter (version_id, code, position, title, description) SELECT version_id, 'X', 9, title, description FROM chapter",  # noqa: E501
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_what_is_published(app, statement):
    imported(publish=True)
    with pytest.raises(DBAPIError, match="a published version never changes"), unit_of_work():
        db.session.execute(text(statement))


def test_a_draft_beside_a_published_version_can_still_change(app):
    imported(publish=True)
    draft = imported(version="2028")
    with unit_of_work():
        db.session.execute(update(Norm).where(Norm.version_id == draft.id).values(theme_code="9.9"))
    assert {norm.theme_code for norm in queries.norms_of(draft.id)} == {"9.9"}


def test_a_published_version_is_read_once_per_process(app, queries_seen):
    version_id = imported(publish=True).id
    with queries_seen() as seen:
        first = queries.norms_of(version_id)
    seen.expect(5)
    with queries_seen() as seen:
        assert queries.norms_of(version_id) is first
    seen.expect(0)


def test_a_draft_is_read_anew_each_time(app):
    version = imported()
    before = queries.norms_of(version.id)
    imported(norms=framework_file(norms=4)["norms"])
    assert (len(before), len(queries.norms_of(version.id))) == (3, 4)


def test_what_is_read_while_publishing_is_not_kept_when_that_is_undone(app):
    version = imported()
    with pytest.raises(RuntimeError, match="undone"), unit_of_work():
        services.publish(version, by=SYSTEM)
        queries.outline_of(version.id)
        raise RuntimeError("undone")
    assert queries.outline_of(version.id).version.published is False


def test_two_families_that_share_a_label_have_an_address_each(app):
    make_framework(label="2026")
    imported(publish=True, identifier="ander-kader", version="2026")
    assert [version.address for version in queries.published_versions()] == ["2026", "voorbeeld@2026"]
    assert queries.version_at("2026").identifier == "ander-kader"
    assert queries.version_at("voorbeeld@2026").identifier == "voorbeeld"
    assert queries.version_at("niets") is None


def test_an_operator_imports_and_publishes_in_one_go(app, tmp_path):
    file = tmp_path / "kader.json"
    file.write_text(json.dumps(framework_file()))
    answer = app.test_cli_runner().invoke(args=["framework", "import", str(file), "--publish"])
    assert (answer.exit_code, answer.output) == (0, "framework: version 2027 is published\n")
    file.write_text("{}")
    answer = app.test_cli_runner().invoke(args=["framework", "import", str(file)])
    assert answer.exit_code == 1
    assert "norms: This is missing." in answer.output
