"""Members by hand, lists brought in, and organisations that sign themselves up."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from peerreview.accounts.models import Affiliation, Invitation, Person
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.organisations import queries, services
from peerreview.organisations.lifecycle import ImportState, OrganisationState
from peerreview.organisations.models import Application, MemberImport, Organisation
from tests.factories.accounts import make_actor
from tests.factories.organisations import ask_membership, make_organisation, member_list


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat", name="Noor Bakker")


def previewed(by, *rows, **changes) -> MemberImport:
    return services.preview_import(member_list(*rows, **changes), file_name="leden.csv", by=by)


def names() -> list[str]:
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_a_preview_changes_no_member(secretariat):
    preview = previewed(secretariat, ("Lindenhof", "99000107"), ("Brugveld", "990"))
    assert preview.counts == {"new": 1, "changed": 0, "unchanged": 0, "wrong": 1}
    assert names() == []


def test_applying_adds_every_right_row_and_no_wrong_one(secretariat):
    preview = previewed(secretariat, ("Lindenhof", "99000107"), ("Brugveld", "990"), ("Heidezoom", "99000109"))
    services.apply_import(preview, by=secretariat)
    assert names() == ["Heidezoom", "Lindenhof"]
    assert (preview.state, preview.counts["new"], preview.counts["wrong"]) == (ImportState.APPLIED, 2, 1)
    lindenhof = queries.organisation_with_kvk("99000107")
    assert (lindenhof.slug, lindenhof.place, lindenhof.province, lindenhof.fte, lindenhof.latitude) == (
        "lindenhof", "Zutphen", "Gelderland", Decimal("46.5"), 52.13833,
    )  # fmt: skip
    assert queries.codes_by_organisation()[lindenhof.id] == ["community", "youth"]


def test_importing_again_updates_and_doubles_nothing(secretariat):
    services.apply_import(previewed(secretariat, ("Lindenhof", "99000107")), by=secretariat)
    again = previewed(secretariat, ("Lindenhof", "99000107"))
    assert again.counts["unchanged"] == 1
    changed = previewed(secretariat, ("Lindenhof Welzijn", "99000107", "Zwolle", "50"))
    assert changed.rows[0]["changes"] == {
        "name": ["Lindenhof", "Lindenhof Welzijn"], "place": ["Zutphen", "Zwolle"], "fte": ["46.5", "50.0"],
        "province": ["Gelderland", "Overijssel"],
    }  # fmt: skip
    services.apply_import(changed, by=secretariat)
    [lindenhof] = db.session.scalars(select(Organisation))
    assert (lindenhof.name, lindenhof.slug, lindenhof.place, lindenhof.latitude) == (
        "Lindenhof Welzijn", "lindenhof", "Zwolle", 52.5125,
    )  # fmt: skip


def test_applying_twice_changes_nothing(secretariat):
    preview = previewed(secretariat, ("Lindenhof", "99000107"))
    services.apply_import(preview, by=secretariat)
    entries = len(actions())
    services.apply_import(preview, by=secretariat)
    assert (names(), len(actions())) == (["Lindenhof"], entries)


def test_a_stale_preview_is_compared_anew(secretariat):
    preview = previewed(secretariat, ("Lindenhof", "99000107"), ("Brugveld", "99000108"))
    make_organisation("Lindenhof van vroeger", kvk="99000107")
    ended = make_organisation("Brugveld", kvk="99000108", state=OrganisationState.ENDED)
    services.apply_import(preview, by=secretariat)
    assert [(row["status"], row["values"]["name"]) for row in preview.rows] == [
        ("changed", "Lindenhof"),
        ("wrong", "Brugveld"),
    ]
    assert names() == ["Brugveld", "Lindenhof"]
    assert ended.state == OrganisationState.ENDED


def test_an_error_halfway_leaves_nothing(secretariat, monkeypatch):
    from peerreview.core import events

    def fails(organisation, **_details):
        if organisation.name == "Brugveld":
            raise RuntimeError("halfway")

    monkeypatch.setitem(events._listeners, "organisation.joined", [fails])
    preview = previewed(secretariat, ("Lindenhof", "99000107"), ("Brugveld", "99000108"))
    with pytest.raises(RuntimeError, match="halfway"):
        services.apply_import(preview, by=secretariat)
    assert names() == []
    assert db.session.get_one(MemberImport, preview.id).state == ImportState.PREVIEWED


def test_a_discarded_list_cannot_be_applied(secretariat):
    preview = previewed(secretariat, ("Lindenhof", "99000107"))
    services.discard_import(preview, by=secretariat)
    with pytest.raises(NotNow):
        services.apply_import(preview, by=secretariat)
    assert names() == []


def test_contacts_of_new_members_are_invited_when_asked(secretariat, outbox):
    services.apply_import(previewed(secretariat, ("Lindenhof", "99000107")), invite_contacts=True, by=secretariat)
    [invitation] = db.session.scalars(select(Invitation))
    assert (invitation.email, invitation.role, invitation.organisation_id) == (
        "samira@lindenhof.example", "coordinator", queries.organisation_with_kvk("99000107").id,
    )  # fmt: skip
    assert [letter.recipient for letter in outbox()] == ["samira@lindenhof.example"]
    services.apply_import(previewed(secretariat, ("Lindenhof", "99000107")), invite_contacts=True, by=secretariat)
    assert len(outbox()) == 1


def test_two_members_with_one_name_get_an_address_each(secretariat):
    services.apply_import(previewed(secretariat, ("Welzijn", "99000107"), ("Welzijn", "99000108")), by=secretariat)
    assert queries.slugs() == {"welzijn", "welzijn-2"}


def test_a_thousand_rows_come_in_at_once(secretariat):
    preview = previewed(secretariat, *((f"Organisatie {n}", f"{90000000 + n}") for n in range(1000)))
    services.apply_import(preview, by=secretariat)
    assert preview.counts["new"] == 1000
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1000


def test_no_member_list_is_refused_in_words(secretariat):
    with pytest.raises(Invalid, match="We zien geen kopjes"):
        services.preview_import(b"zomaar;wat", file_name="x.csv", by=secretariat)


# --- By hand ----------------------------------------------------------------------------------------------------------


def facts(**changes) -> dict:
    fields = services.ensure_work_fields()[:2]
    return {
        "name": "Lindenhof", "kvk": "99000107", "place": "Zutphen", "province": "", "fte": Decimal("46.0"),
        "work_fields": fields, "contact_name": "", "contact_email": "", "phone": "", "website": "", "about": "",
        "legal_group": "",
    } | changes  # fmt: skip


def test_a_member_is_added_by_hand(secretariat):
    organisation = services.add_organisation(facts(), by=secretariat)
    assert (organisation.province, organisation.slug, organisation.state) == ("Gelderland", "lindenhof", "member")
    with pytest.raises(Invalid, match="al een organisatie met dit KvK-nummer"):
        services.add_organisation(facts(), by=secretariat)
    with pytest.raises(Invalid, match="meer dan één Hengelo"):
        services.add_organisation(facts(kvk="99000108", place="Hengelo"), by=secretariat)
    assert names() == ["Lindenhof"]


def test_the_second_of_two_writers_sees_both_texts(secretariat):
    organisation = make_organisation("Lindenhof", about="Van mij")
    version = organisation.version
    services.update_organisation(organisation, {"about": "Van Dennis"}, version=version, by=secretariat)
    with pytest.raises(StaleVersion) as stale:
        services.update_organisation(organisation, {"about": "Van Samira"}, version=version, by=secretariat)
    assert (stale.value.theirs, stale.value.mine) == ({"about": "Van Dennis"}, {"about": "Van Samira"})
    assert organisation.about == "Van Dennis"


def test_changing_nothing_notes_nothing(secretariat):
    organisation = make_organisation("Lindenhof")
    services.update_organisation(organisation, {"name": "Lindenhof"}, version=organisation.version, by=secretariat)
    assert actions() == []


def test_the_audit_trail_holds_no_long_texts(secretariat):
    organisation = make_organisation("Lindenhof")
    services.update_organisation(organisation, {"about": "Lang verhaal", "fte": Decimal(7)}, version=1, by=secretariat)
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.before, entry.after) == ({"fte": "46.0", "about": "…"}, {"fte": "7", "about": "…"})


def test_a_membership_ends_with_a_reason_and_can_begin_again(secretariat):
    organisation = make_organisation()
    services.end_membership(organisation, reason="Opgezegd", by=secretariat)
    services.end_membership(organisation, reason="Nog eens", by=secretariat)
    assert (organisation.state, organisation.state_reason) == ("ended", "Opgezegd")
    services.readmit(organisation, by=secretariat)
    assert (organisation.state, organisation.state_reason) == ("member", "")
    assert actions() == ["organisation.end", "organisation.readmit"]


def test_the_work_fields_to_start_with_are_added_once(app):
    first = services.ensure_work_fields()
    assert [field.code for field in services.ensure_work_fields()] == [field.code for field in first]
    assert len(first) == 13


# --- Signing up -------------------------------------------------------------------------------------------------------


def test_an_organisation_signs_up_confirms_and_is_approved(secretariat, outbox):
    token = ask_membership(outbox)
    assert names() == []
    application = services.confirm_application(queries.application_with(token))
    organisation = db.session.scalars(select(Organisation)).one()
    assert (organisation.state, organisation.contact_email) == ("applied", "samira@lindenhof.example")
    services.approve(organisation, by=secretariat)
    person = db.session.scalars(select(Person).where(Person.email == application.applicant_email)).one()
    [held] = db.session.scalars(select(Affiliation).where(Affiliation.person_id == person.id))
    assert (organisation.state, held.role, held.organisation_id) == ("member", "coordinator", organisation.id)
    assert [letter.kind for letter in outbox()] == [
        "organisations.confirm", "organisations.applied", "accounts.welcome", "organisations.approved",
    ]  # fmt: skip


def test_confirming_and_approving_twice_change_nothing(secretariat, outbox):
    application = queries.application_with(ask_membership(outbox))
    services.confirm_application(application)
    services.confirm_application(application)
    organisation = db.session.scalars(select(Organisation)).one()
    services.approve(organisation, by=secretariat)
    letters = len(outbox())
    services.approve(organisation, by=secretariat)
    assert len(outbox()) == letters


def test_a_known_kvk_number_is_answered_by_letter_and_tells_nothing(secretariat, outbox):
    make_organisation("Lindenhof", kvk="99000107", contact_email="directie@lindenhof.example")
    services.apply_for_membership(
        {"name": "Iets", "kvk": "99000107", "place": "Zutphen", "province": "", "fte": "1", "work_fields": []},
        applicant_name="Iemand", applicant_email="iemand@elders.example", language="nl",
    )  # fmt: skip
    to_them, to_us = outbox()
    assert (to_them.kind, to_them.recipient) == ("organisations.already_known", "iemand@elders.example")
    assert "Lindenhof" not in to_them.body + to_them.subject
    assert (to_us.kind, to_us.recipient) == ("organisations.applied", secretariat.email)
    assert db.session.scalars(select(Application)).all() == []


def test_of_two_applications_with_one_kvk_number_the_first_confirmed_wins(secretariat, outbox):
    first, second = ask_membership(outbox), ask_membership(outbox, name="Kaper")
    services.confirm_application(queries.application_with(second))
    services.confirm_application(queries.application_with(first))
    assert names() == ["Kaper"]
    assert outbox()[-2].kind == "organisations.already_known"


def test_a_link_holds_for_seven_days(app, outbox, at):
    with at("2027-02-01 10:00"):
        token = ask_membership(outbox)
    with at("2027-02-09 10:00"), pytest.raises(NotNow, match="ouder dan 7 dagen"):
        services.confirm_application(queries.application_with(token))


def test_a_rejected_applicant_reads_why_and_can_be_looked_at_again(secretariat, outbox):
    services.confirm_application(queries.application_with(ask_membership(outbox)))
    organisation = db.session.scalars(select(Organisation)).one()
    services.reject(organisation, reason="Jullie werken buiten Nederland.", by=secretariat)
    assert "Jullie werken buiten Nederland." in outbox()[-1].body
    with pytest.raises(NotNow):
        services.approve(organisation, by=secretariat)
    services.reconsider(organisation, by=secretariat)
    services.approve(organisation, by=secretariat)
    assert organisation.state == "member"
