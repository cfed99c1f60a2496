"""The register, one conflict and what is decided about it, and what an organisation or a person declares."""

import csv
import io
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.impartiality import services
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction, Severity, Source
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Exclusion
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory

K, S = ConflictKind, ConflictState


@pytest.fixture
def office(app, at):
    with at("2027-03-01 10:00"):
        yield make_actor("secretariat", name="Tineke Hoekstra")


@pytest.fixture
def desk(office, as_):
    return as_(office)


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer if isinstance(answer, str) else answer.get_data(as_text=True), "html.parser")


def text_of(answer) -> str:
    return " ".join(soup(answer).get_text(" ").split())


def rows_of(answer) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in soup(answer).select("tbody tr")]


def sheet(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


# --- The register -----------------------------------------------------------------------------------------------------


def _three(office):
    lindenhof, brugveld = make_organisation("Lindenhof"), make_organisation("Brugveld")
    first, then = clock.now() - timedelta(minutes=2), clock.now() - timedelta(minutes=1)
    make_conflict(
        lindenhof, brugveld, kind=K.SUBCONTRACTING, note="Een training", source=Source.DECLARED, noted_at=first
    )
    make_conflict(brugveld, make_organisation("Havenlicht"), kind=K.OPEN_DISPUTE, state=S.DISMISSED, noted_at=then)
    make_conflict(lindenhof, person=make_person("Joost Prins"), kind=K.EMPLOYMENT, source=Source.DETECTED)
    return lindenhof


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Joost Prins", "Havenlicht", "Brugveld"]),
        ("q=havenl", ["Havenlicht"]),
        ("q=TRAINING", ["Brugveld"]),
        ("q=joost", ["Joost Prins"]),
        ("kind=open_dispute", ["Havenlicht"]),
        ("severity=soft", ["Brugveld"]),
        ("state=dismissed", ["Havenlicht"]),
        ("source=detected", ["Joost Prins"]),
        ("organisation=1", ["Joost Prins", "Brugveld"]),
        ("kind=nonsense&organisation=x&page=99", ["Joost Prins", "Havenlicht", "Brugveld"]),
        ("q=nobody", []),
        ("q=%00%25_", []),
    ],
)
def test_the_register_is_found_in_by_all_that_is_known(office, desk, asked, found):
    assert _three(office).id == 1
    shown = [cell.a.get_text("|").split("|")[1] for cell in soup(desk.get(f"/impartiality?{asked}")).select("tbody th")]
    assert shown == found
    exported = sheet(desk.get(f"/impartiality/export.csv?{asked}"))
    assert [row[1] for row in exported[1:]] == found


def test_who_reviewed_each_other_before_is_left_out_until_one_asks_for_it(office, desk):
    lindenhof = _three(office)
    make_conflict(lindenhof, make_organisation("Zonnehoek"), kind=K.REVIEWED_LAST_CYCLE, source=Source.DETECTED)

    def shown(asked):
        cells = soup(desk.get(f"/impartiality{asked}")).select("tbody th")
        return sorted(cell.a.get_text("|").split("|")[1] for cell in cells)

    assert shown("") == shown("?kind=not_met") == ["Brugveld", "Havenlicht", "Joost Prins"]
    [more] = [link for link in soup(desk.get("/impartiality")).select("#found a") if "reviewed" in link["href"]]
    assert more.get_text() == "Toon ze (1)"
    assert shown(more["href"].removeprefix("/impartiality")) == ["Zonnehoek"]
    assert shown("?kind=") == shown("?q=&kind=") == ["Brugveld", "Havenlicht", "Joost Prins", "Zonnehoek"]
    assert len(sheet(desk.get("/impartiality/export.csv"))) == 5


def test_a_register_of_only_those_who_met_before_says_so(office, desk):
    make_conflict(kind=K.REVIEWED_LAST_CYCLE, source=Source.DETECTED)
    page = soup(desk.get("/impartiality"))
    assert page.select_one("#found h2").get_text() == "Verder niets in het register"


def test_the_export_tells_all_and_runs_no_formula(office, desk):
    one, other = make_organisation("Lindenhof"), make_organisation("Brugveld")
    make_waiver(make_conflict(one, other, kind=K.SUBCONTRACTING, note="=1+1", starts_on=date(2026, 1, 1)))
    answer = desk.get("/impartiality/export.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="belangenregister-2027-03-01.csv"'
    [_heads, row] = sheet(answer)
    assert row == [
        "Lindenhof", "Brugveld", "Samen een opdracht uitvoeren", "mag met toestemming", "over en weer",
        "door het secretariaat", "Telt mee", "2026-01-01", "", "2027-03-01", "2028-02-29", "'=1+1", "",
    ]  # fmt: skip


def test_oversight_reads_the_register_and_decides_nothing(office, as_):
    conflict = make_conflict()
    watcher = as_(make_actor("oversight"))
    for path in ("", "/blocks", "/waivers", "/overrides", f"/{conflict.id}"):
        page = soup(watcher.get(f"/impartiality{path}"))
        assert page.select("main form[method=post]") == []
        assert [a["href"] for a in page.select("main a") if "/new" in a["href"] or "/dismiss" in a["href"]] == []
    assert watcher.send(f"/impartiality/{conflict.id}/dismiss", {"reason": "Mag dit?"}).status_code == 403
    assert watcher.send("/impartiality/new", {}).status_code == 403


def test_blocks_are_those_of_sign_ups_that_were_signed(office, desk):
    round_ = make_round("Voorjaar 2027")
    other = make_organisation("Havenlicht")
    for name, state in (("Lindenhof", TrajectoryState.SUBMITTED), ("Stilgehouden", TrajectoryState.DRAFT)):
        exclusion = Exclusion(organisation_id=other.id, reason="Wij concurreren.")
        make_trajectory(round_, make_organisation(name), state=state, exclusions=[exclusion])
    assert rows_of(desk.get("/impartiality/blocks")) == ["Lindenhof Havenlicht Wij concurreren. Voorjaar 2027"]
    assert rows_of(desk.get("/impartiality/blocks?q=concurr")) != []
    assert rows_of(desk.get("/impartiality/blocks?q=nergens")) == []
    assert sheet(desk.get("/impartiality/blocks.csv"))[1:] == [
        ["Lindenhof", "Havenlicht", "Wij concurreren.", "Voorjaar 2027"]
    ]


def test_leave_stands_with_who_gave_it_and_what_became_of_it(office, desk):
    one, other = make_organisation("Lindenhof"), make_organisation("Brugveld")
    conflict = make_conflict(one, other, kind=K.SUBCONTRACTING)
    make_waiver(conflict, ends_on=date(2027, 2, 1))
    services.waive(conflict, reason="Het gaat om één training.", ends_on=date(2027, 12, 1), by=office)
    new, old = rows_of(desk.get("/impartiality/waivers"))
    assert new == (
        "Lindenhof Brugveld Samen een opdracht uitvoeren Tineke Hoekstra 1 maart 2027 1 december 2027 "
        "Het gaat om één training."
    )
    assert "Verlopen" in old
    assert [row[5] for row in sheet(desk.get("/impartiality/waivers.csv"))[1:]] == ["2027-12-01", "2027-02-01"]


def test_exceptions_are_read_from_the_audit_trail(office, desk):
    one, other = make_organisation("Lindenhof"), make_organisation("Brugveld")
    with unit_of_work():
        round_ = make_round()
        first, second = make_trajectory(round_, one), make_trajectory(round_, other)
        exchange = make_exchange([first, second])
        audit.record("exchange.propose", exchange, by=office, after={"organisations": [one.id, other.id]})
        audit.record("exchange.propose_by_hand", exchange, by=office, reason="Zij vroegen erom.")
        audit.record("exchange.propose_by_hand", exchange, by=office)
        audit.record("trajectory.override", first, by=office, reason="Zeldzaam.")
    assert [row.split("2027 ", 1)[1] for row in rows_of(desk.get("/impartiality/overrides"))] == [
        "Tineke Hoekstra trajectory.override trajectory 1 Zeldzaam.",
        "Tineke Hoekstra Met de hand gekoppeld, tegen een regel in Lindenhof, Brugveld Zij vroegen erom.",
    ]
    assert [row[3] for row in sheet(desk.get("/impartiality/overrides.csv"))[1:]] == [
        "trajectory 1", "Lindenhof, Brugveld",
    ]  # fmt: skip


PAGES = {"": 5, "/blocks": 4, "/waivers": 4, "/overrides": 6}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", PAGES)
def test_a_longer_register_takes_no_more_queries(office, desk, queries, path, count):
    for _ in range(count):
        make_waiver()
        with unit_of_work():
            round_, exclusion = make_round(), Exclusion(organisation_id=make_organisation().id)
            blocked = make_trajectory(round_, state=TrajectoryState.ACCEPTED, exclusions=[exclusion])
            around = [blocked, make_trajectory(round_)]
            exchange, ids = make_exchange(around), [one.organisation_id for one in around]
            audit.record("exchange.propose", exchange, by=office, after={"organisations": ids})
            audit.record("exchange.propose_by_hand", exchange, by=office, reason="Omdat.")
    with queries() as seen:
        assert len(rows_of(desk.get(f"/impartiality{path}"))) == count
    seen.expect(PAGES[path])


def test_htmx_gets_only_what_was_found(office, desk):
    answer = desk.get("/impartiality?q=x", headers={"HX-Request": "true"})
    assert (answer.status_code, soup(answer).html) == (200, None)


# --- One conflict -----------------------------------------------------------------------------------------------------


def test_a_conflict_shows_who_what_how_long_and_what_was_done(office, desk, queries):
    one, other = make_organisation("Lindenhof"), make_organisation("Brugveld")
    person = make_person("Joost Prins")
    for organisation in (one, other):
        affiliation_of(person, "coordinator", organisation)
    services.detect()
    [found] = db.session.scalars(select(Conflict)).all()
    path = f"/impartiality/{found.id}"
    with queries() as seen:
        page = desk.get(path)
    seen.expect(6)
    assert soup(page).h1.get_text() == "Lindenhof en Brugveld"
    for told in ("Joost Prins", "Sluit uit", "gevonden door het systeem", "vanaf 1 maart 2027", "het systeem"):
        assert told in text_of(page)
    buttons = [a.get_text(strip=True) for a in soup(page).select(".pr-panel .btn")]
    assert buttons == ["Zet vast als ‘geen belang’", "Maak er ‘mag met toestemming’ van"]


def test_what_may_be_done_follows_from_the_state(office, desk):
    conflict = make_conflict(kind=K.SUBCONTRACTING)

    def buttons():
        page = soup(desk.get(f"/impartiality/{conflict.id}"))
        return [a["href"].rsplit("/", 1)[1] for a in page.select("main .btn")]

    assert buttons() == ["waive", "dismiss", "end", "weigh"]
    leave = services.waive(conflict, reason="Eén training.", ends_on=date(2027, 12, 1), by=office)
    assert buttons() == ["revocation", "dismiss", "end", "weigh"]
    services.revoke(leave, reason="Toch niet.", by=office)
    services.end(conflict, reason="Afgerond.", by=office)
    assert buttons() == ["reinstate", "weigh"]


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [
        ("dismiss", S.STANDING, (S.DISMISSED, Severity.SOFT)),
        ("end", S.STANDING, (S.ENDED, Severity.SOFT)),
        ("reinstate", S.DISMISSED, (S.STANDING, Severity.SOFT)),
        ("weigh", S.STANDING, (S.STANDING, Severity.HARD)),
        ("waive", S.STANDING, (S.STANDING, Severity.SOFT)),
    ],
)
def test_each_decision_asks_why_and_is_made_once(office, desk, act, state, after):
    conflict = make_conflict(kind=K.SUBCONTRACTING, state=state)
    path, typed = f"/impartiality/{conflict.id}/{act}", {"reason": "Dit is nagegaan.", "ends_on": "2027-12-01"}
    assert desk.get(path).status_code == 200
    wrong = desk.send(path, {"reason": "", "ends_on": "soon"})
    assert (wrong.status_code, "Schrijf op waarom" in text_of(wrong)) == (422, True)
    done = desk.send(path, typed)
    assert (done.status_code, done.headers["Location"]) == (303, f"/impartiality/{conflict.id}")
    changed = db.session.get(Conflict, conflict.id)
    assert (changed.state, changed.severity) == after
    if act in ("dismiss", "end", "reinstate"):
        again = desk.send(path, typed)
        assert (again.status_code, "Dit is nagegaan." in text_of(again)) == (409, True)
    assert len(db.session.scalars(select(Waiver)).all()) == (1 if act == "waive" else 0)


def test_leave_is_taken_back(office, desk):
    leave = make_waiver()
    path = f"/impartiality/waivers/{leave.id}/revocation"
    assert desk.get(path).status_code == 200
    assert desk.send(path, {"reason": ""}).status_code == 422
    assert desk.send(path, {"reason": "Toch niet."}).status_code == 303
    assert desk.send(path, {"reason": "Toch niet."}).status_code == 409


def test_a_party_at_the_secretariat_is_told_to_leave_it_to_a_colleague(office, desk):
    conflict = make_conflict(person=office.person_id, kind=K.PERSONAL_RELATION)
    answer = desk.send(f"/impartiality/{conflict.id}/dismiss", {"reason": "Het is maar een kennis."})
    assert (answer.status_code, "Laat een collega dit doen." in text_of(answer)) == (403, True)
    assert "Het is maar een kennis." in text_of(answer)


def test_the_secretariat_writes_one_down(office, desk):
    one, other, reviewer = make_organisation(), make_organisation(), make_person("Joost Prins")
    affiliation_of(reviewer, "reviewer", other)
    typed = {"organisation": one.id, "kind": "open_dispute", "direction": "towards", "severity": "soft", "note": "X."}
    assert desk.get("/impartiality/new").status_code == 200
    assert desk.send("/impartiality/new", typed).status_code == 422
    assert desk.send("/impartiality/new", typed | {"other": one.id}).status_code == 422
    assert desk.send("/impartiality/new", typed | {"other": 9999}).status_code == 422
    assert desk.send("/impartiality/new", typed | {"other": other.id, "starts_on": "31-02-2027"}).status_code == 422
    assert db.session.scalars(select(Conflict)).all() == []
    assert desk.send("/impartiality/new", typed | {"other": other.id}).status_code == 303
    assert desk.send("/impartiality/new", typed | {"person": reviewer.id, "severity": ""}).status_code == 303
    first, second = db.session.scalars(select(Conflict).order_by(Conflict.person_id.is_not(None))).all()
    assert (first.organisation_id, first.direction, first.severity) == (one.id, Direction.TOWARDS, Severity.SOFT)
    assert (second.person_id, second.direction, second.severity) == (reviewer.id, Direction.TOWARDS, Severity.HARD)


# --- What is declared -------------------------------------------------------------------------------------------------


@pytest.fixture
def ours(office):
    return make_organisation("Lindenhof")


@pytest.fixture
def samira(ours, as_):
    return as_(make_actor("coordinator", ours, name="Samira El Idrissi"))


def test_an_organisation_looks_up_another_and_tells_what_ties_them(ours, samira):
    theirs = make_organisation("Brugveld", place="Zwolle")
    assert "nog niets gemeld" in text_of(samira.get("/conflicts"))
    assert [a["href"] for a in soup(samira.get("/conflicts/new?q=brug")).select("#members a")] == [
        f"/conflicts/new?about={theirs.id}"
    ]
    assert soup(samira.get("/conflicts/new?q=ZWOLLE")).select("#members a") != []
    assert soup(samira.get("/conflicts/new?q=linden")).select("#members a") == []
    form = soup(samira.get(f"/conflicts/new?about={theirs.id}"))
    assert [option["value"] for option in form.select("input[name=kind]")] == [kind.value for kind in K]
    wrong = samira.send("/conflicts", {"about": theirs.id, "direction": "", "ends_on": "ooit"})
    assert (wrong.status_code, len(soup(wrong).select(".pr-errors li"))) == (422, 2)
    typed = {"about": theirs.id, "kind": "subcontracting", "direction": "", "note": "Een training."}
    assert samira.send("/conflicts", typed).headers["Location"] == "/conflicts?told=1"
    listed = text_of(samira.get("/conflicts?told=1"))
    assert "Dank je wel. Het secretariaat weet het nu." in listed
    assert "Brugveld , Zwolle Wij voeren samen een opdracht uit opgegeven op 1 maart 2027" in listed


@pytest.mark.parametrize(("chosen", "towards"), [("ours", "theirs"), ("theirs", "ours")])
def test_an_interest_one_way(ours, samira, chosen, towards):
    theirs = make_organisation("Brugveld")
    samira.send("/conflicts", {"about": theirs.id, "kind": "employment", "direction": chosen})
    [made] = db.session.scalars(select(Conflict)).all()
    expected = {"ours": ours.id, "theirs": theirs.id}[towards]
    assert (made.direction, made.organisation_id) == (Direction.TOWARDS, expected)


@pytest.mark.parametrize("about", ["", "own", "9999", "99999999999", "x"])
def test_about_whom_nothing_can_be_told(ours, samira, about):
    number = str(ours.id) if about == "own" else about
    assert samira.send("/conflicts", {"about": number, "kind": "employment", "direction": ""}).status_code == 404
    assert soup(samira.get(f"/conflicts/new?about={number}")).select("input[name=kind]") == []


def test_a_wrong_kind_or_old_date_is_told_with_what_was_typed(ours, samira):
    theirs = make_organisation()
    typed = {"about": theirs.id, "kind": "nonsense", "direction": "", "note": "Mijn tekst"}
    answers = [
        samira.send("/conflicts", typed | more) for more in ({}, {"kind": "open_dispute", "ends_on": "2020-1-1"})
    ]
    assert [(a.status_code, "Mijn tekst" in text_of(a)) for a in answers] == [(422, True)] * 2


def test_an_end_and_a_question(ours, samira, outbox):
    theirs = make_organisation("Brugveld")
    samira.send("/conflicts", {"about": theirs.id, "kind": "subcontracting", "direction": ""})
    [made] = db.session.scalars(select(Conflict)).all()
    path = f"/conflicts/{made.id}"
    assert samira.get(f"{path}/end-date").status_code == 200
    assert samira.send(f"{path}/end-date", {"ends_on": ""}).status_code == 422
    assert samira.send(f"{path}/end-date", {"ends_on": "2027-02-01"}).headers["Location"] == "/conflicts?told=1"
    assert "afgelopen op 1 februari 2027 · telt niet meer mee" in text_of(samira.get("/conflicts"))
    assert samira.get(f"{path}/question").status_code == 200
    assert samira.send(f"{path}/question", {"note": ""}).status_code == 422
    assert samira.send(f"{path}/question", {"note": "Vergissing."}).headers["Location"] == "/conflicts?asked=1"
    assert [letter.kind for letter in outbox()] == ["impartiality.declared", "impartiality.asked_again"]


def test_what_the_system_found_is_shown_without_names(ours, samira):
    person = make_person("Joost Prins")
    for organisation in (ours, make_organisation("Brugveld")):
        affiliation_of(person, "executive", organisation)
    services.detect()
    page = text_of(samira.get("/conflicts"))
    assert "Iemand bestuurt jullie allebei" in page
    assert "Joost" not in page


def test_a_reviewer_and_a_member_tell_about_themselves(ours, as_):
    theirs = make_organisation("Brugveld")
    for role, organisation in (("reviewer", ours), ("commission_member", None), ("commission_chair", None)):
        client = as_(make_actor(role, organisation))
        form = soup(client.get(f"/conflicts/new?about={theirs.id}"))
        assert "same_group" not in [option["value"] for option in form.select("input[name=kind]")]
        sent = client.send("/conflicts", {"about": theirs.id, "kind": "personal_relation", "note": "Mijn zus."})
        assert sent.headers["Location"] == "/my-interests?told=1"
        page = text_of(client.get("/my-interests"))
        assert ("Mijn zus." in page, page.count("Brugveld ,")) == (True, 1)
    assert len({c.person_id for c in db.session.scalars(select(Conflict))}) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_list_of_ones_own_takes_no_more_queries(ours, samira, as_, queries, count):
    reviewer = make_actor("reviewer", ours)
    for _ in range(count):
        mine = {"source": Source.DECLARED, "kind": K.PERSONAL_RELATION}
        make_conflict(make_organisation(), ours, declared_for_id=ours.id, **mine)
        make_conflict(make_organisation(), person=reviewer.person_id, declared_by_id=reviewer.person_id, **mine)
    for client, path in ((samira, "/conflicts"), (as_(reviewer), "/my-interests")):
        with queries() as seen:
            assert len(soup(client.get(path)).select("ul.pr-list > li")) == count
        seen.expect(3)


def test_what_was_done_is_in_the_trail_without_long_texts(ours, samira):
    theirs = make_organisation()
    samira.send(
        "/conflicts", {"about": theirs.id, "kind": "open_dispute", "direction": "", "note": "Een lang verhaal."}
    )
    [entry] = db.session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.after["kind"], "verhaal" in str(entry.after)) == (
        "conflict.declare", "open_dispute", False,
    )  # fmt: skip
