"""The verbs of a review against a real database."""

import pytest
from sqlalchemy import select

from peerreview.core import clock, history
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry, verify
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import announce, on
from peerreview.matching.lifecycle import ExchangeState
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import FactAnswer, Rating, ReviewState, Source, Verdict
from peerreview.reviews.models import BlindRating, FactCheckAnswer, Finding, Observation, ReportVersion, Review
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.reviews import fill_findings, finding_of, make_observation, make_pair, norms_in, release_pair
from tests.factories.visits import make_visits

R = ReviewState
HEARD: list[tuple[str, object]] = []
NOBODY = "Wij zijn met twee toetsers."


@on("review.final")
@on("reports.released")
def _hear(subject, *, by):
    HEARD.append((type(subject).__name__, subject.id))


def norm_of(review, number=0):
    return norms_in(review)[number]


# --- Beginning -------------------------------------------------------------------------------------------------------


def test_a_planned_visit_gets_a_review_with_an_empty_finding_for_each_norm(app):
    visit = one_visit()
    with unit_of_work():
        announce("visit.planned", visit, by=SYSTEM)
        announce("visit.planned", visit, by=SYSTEM)
    review = db.session.scalars(select(Review)).one()
    assert (review.state, review.due_on) == (R.PREPARING, None)
    assert len(queries.findings_of(review.id)) == 3


def test_a_held_visit_starts_rating_and_the_draft_is_due_twenty_working_days_later(app):
    visit = one_visit()
    with unit_of_work():
        announce("visit.held", visit, by=SYSTEM)
        announce("visit.held", visit, by=SYSTEM)
    review = db.session.scalars(select(Review)).one()
    assert review.state == R.RATING
    assert review.due_on == clock.add_working_days(clock.local(visit.ends_at).date(), 20)


def test_a_dissolved_exchange_stops_what_was_not_released(app):
    pair = make_pair()
    with unit_of_work():
        announce("exchange.dissolved", pair.review.visit.exchange, by=SYSTEM)
    assert (pair.review.state, pair.other.state) == (R.STOPPED, R.STOPPED)


def one_visit():
    with unit_of_work():
        return make_visits()[0]


# --- Observations ----------------------------------------------------------------------------------------------------


def note(review, by, text="Een rooster hangt in de keuken.", key="k1", **more):
    values = {"norm_id": norm_of(review).id, "source": Source.SEEN, "client_key": key} | more
    return services.note_observation(review, text=text, by=by, **values)


def test_the_same_note_sent_twice_is_one_observation(app):
    pair = make_pair(state=R.PREPARING)
    assert note(pair.review, pair.lead).id == note(pair.review, pair.lead).id
    assert len(queries.observations_of(pair.review.id, every=True)) == 1


def test_a_later_text_of_the_same_note_replaces_it_or_shows_both(app):
    pair = make_pair(state=R.RATING)
    first = note(pair.review, pair.lead)
    note(pair.review, pair.lead, "Een rooster hangt in de keuken, met twee namen.", version=first.version)
    with pytest.raises(StaleVersion) as clash:
        note(pair.review, pair.lead, "Iets anders.", version=1)
    assert clash.value.theirs["text"] == "Een rooster hangt in de keuken, met twee namen."
    assert clash.value.mine["text"] == "Iets anders."


def test_two_people_with_the_same_key_both_keep_their_note(app):
    pair = make_pair(state=R.RATING)
    assert note(pair.review, pair.lead).id != note(pair.review, pair.mate, "Anders.").id


def test_an_empty_note_is_refused(app):
    pair = make_pair(state=R.RATING)
    with pytest.raises(Invalid):
        note(pair.review, pair.lead, "  ")


def test_nothing_is_noted_after_the_draft(app):
    pair = make_pair(state=R.DRAFTED)
    with pytest.raises(NotNow):
        note(pair.review, pair.lead)


def test_what_is_noted_while_deciding_counts_for_the_finding(app):
    pair = make_pair(state=R.CONSENSUS)
    note(pair.review, pair.lead)
    assert sorted(row.observations for row in queries.findings_of(pair.review.id)) == [0, 0, 1]


def test_a_taken_back_observation_leaves_the_finding_without_it(app):
    pair = make_pair(state=R.CONSENSUS)
    services.delete_observation(pair.review, note(pair.review, pair.lead), by=pair.lead)
    assert [row.observations for row in queries.findings_of(pair.review.id)] == [0, 0, 0]
    assert db.session.scalars(select(Observation)).all() == []


# --- Rating alone ----------------------------------------------------------------------------------------------------


def rate_all(review, by, rating=Rating.COMPLIES, note="Gezien."):
    norms = norms_in(review)
    services.give_ratings(review, {norm.id: (rating, note) for norm in norms}, by=by)


def test_a_rating_given_twice_is_one_and_a_second_session_is_shown_both(app):
    pair = make_pair(state=R.RATING)
    norm = norm_of(pair.review)
    for _ in range(2):
        services.give_rating(pair.review, norm_id=norm.id, rating=Rating.PARTLY, note="a", by=pair.lead)
    assert len(db.session.scalars(select(BlindRating)).all()) == 1
    with pytest.raises(StaleVersion) as clash:
        services.give_rating(pair.review, norm_id=norm.id, rating=Rating.NOT, note="b", by=pair.lead, version=0)
    assert (clash.value.theirs["note"], clash.value.mine["note"]) == ("a", "b")


def test_revealing_waits_for_everybody_or_a_reason_and_never_for_the_lead_alone(app):
    pair = make_pair(state=R.RATING)
    with pytest.raises(NotNow):
        services.reveal(pair.review, by=pair.lead, reason="Mo is ziek.")
    rate_all(pair.review, pair.lead)
    with pytest.raises(Invalid):
        services.reveal(pair.review, by=pair.lead)
    services.reveal(pair.review, by=pair.lead, reason="Mo is ziek.")
    assert pair.review.state == R.CONSENSUS


def test_ratings_are_sealed_until_the_reveal(app):
    pair = make_pair(state=R.RATING)
    rate_all(pair.review, pair.lead)
    assert queries.revealed_ratings(pair.review) == []
    rate_all(pair.review, pair.mate)
    services.reveal(pair.review, by=pair.lead)
    assert len(queries.revealed_ratings(pair.review)) == 6


def test_at_the_reveal_agreed_findings_begin_with_their_rating_notes_and_observations(app):
    pair = make_pair(state=R.RATING)
    rate_all(pair.review, pair.lead, note="Van de lead.")
    rate_all(pair.review, pair.mate, note="Van de ander.")
    differs = norm_of(pair.review, 1)
    services.give_ratings(pair.review, {differs.id: (Rating.NOT, "Anders.")}, by=pair.mate)
    make_observation(pair.review, norm_of(pair.review), pair.review.visit.team[0].person)
    services.reveal(pair.review, by=pair.lead)
    rows = {row.norm_id: row for row in queries.findings_of(pair.review.id)}
    agreed, open_ = rows[norm_of(pair.review).id], rows[differs.id]
    assert (agreed.rating, agreed.story, agreed.observations) == (Rating.COMPLIES, "Van de lead.\n\nVan de ander.", 1)
    assert (open_.rating, open_.missing) == (None, ("rating",))


def test_the_trail_never_says_what_somebody_rated(app):
    pair = make_pair(state=R.RATING)
    services.give_rating(
        pair.review, norm_id=norm_of(pair.review).id, rating=Rating.PARTLY, note="geheim", by=pair.lead
    )
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("blind_rating")).order_by(AuditEntry.id)
    )
    assert [(entry.before, entry.after, entry.reason) for entry in entries] == [(None, None, "")]


# --- Findings --------------------------------------------------------------------------------------------------------


def test_two_writers_of_one_finding_lose_nothing_whoever_is_first(app):
    for first, second in (("lead", "mate"), ("mate", "lead")):
        pair = make_pair()
        finding = finding_of(pair.review)
        services.record_finding(pair.review, finding, version=1, story=f"Van {first}.", by=getattr(pair, first))
        with pytest.raises(StaleVersion) as clash:
            services.record_finding(pair.review, finding, version=1, story=f"Van {second}.", by=getattr(pair, second))
        assert (clash.value.theirs["story"], clash.value.mine["story"]) == (f"Van {first}.", f"Van {second}.")
        assert db.session.get_one(Finding, finding.id).story == f"Van {first}."


def test_the_same_finding_sent_twice_is_answered_as_the_first_time(app):
    pair = make_pair()
    finding = finding_of(pair.review)
    for _ in range(2):
        services.record_finding(pair.review, finding, version=1, story="Eén verhaal.", by=pair.lead)
    assert finding.version == 2


def test_a_finding_leans_only_on_observations_of_its_own_review_and_norm(app):
    pair = make_pair()
    person = pair.review.visit.team[0].person
    own = make_observation(pair.review, norm_of(pair.review), person)
    general = make_observation(pair.review, None, person)
    elsewhere = make_observation(pair.review, norm_of(pair.review, 1), person)
    foreign = make_observation(pair.other, norm_of(pair.other), person)
    chosen = {own.id, general.id, elsewhere.id, foreign.id, 10**8}
    services.record_finding(pair.review, finding_of(pair.review), version=1, observations=chosen, by=pair.lead)
    assert queries.leaned_on(finding_of(pair.review).id) == [own.id, general.id]
    assert finding_of(pair.review).version == 2


def test_findings_are_written_only_while_the_team_decides(app):
    for state in (R.PREPARING, R.RATING, R.DRAFTED, R.RELEASED, R.FINAL, R.STOPPED):
        pair = make_pair(state=state)
        with pytest.raises(NotNow):
            services.record_finding(pair.review, finding_of(pair.review), version=1, story="x", by=pair.lead)


# --- Draft and release -----------------------------------------------------------------------------------------------


def write_summary(review, by):
    services.write_summary(review, summary="Een warme organisatie.", version=review.version, by=by)


def test_a_draft_names_everything_that_lacks(app):
    pair = make_pair()
    with pytest.raises(Invalid) as refused:
        services.draft(pair.review, by=pair.lead)
    assert len(refused.value.problems) == 4
    assert pair.review.state == R.CONSENSUS


def test_the_last_draft_releases_all_reports_at_the_same_moment(app, outbox):
    pair = make_pair()
    for review, lead in ((pair.review, pair.lead), (pair.other, pair.other_lead)):
        fill_findings(review)
        write_summary(review, lead)
    services.draft(pair.review, by=pair.lead)
    assert (pair.review.state, pair.other.state, outbox()) == (R.DRAFTED, R.CONSENSUS, [])
    HEARD.clear()
    services.draft(pair.other, by=pair.other_lead)
    assert (pair.review.state, pair.other.state) == (R.RELEASED, R.RELEASED)
    assert pair.review.released_at == pair.other.released_at is not None
    assert pair.review.due_on == clock.add_working_days(clock.today(), 10)
    assert [(v.number, v.content["number"]) for v in db.session.scalars(select(ReportVersion))] == [(1, 1), (1, 1)]
    assert sorted(letter.recipient for letter in outbox()).count(pair.host.email) == 1
    assert len(outbox()) == 7  # two coordinators, one executive, four reviewers
    assert [("Exchange", pair.review.visit.exchange_id)] == HEARD
    assert list(verify()) == []


def test_letters_about_a_report_say_nothing_of_what_is_in_it(app, outbox):
    pair = make_pair()
    release_pair(pair, Rating.NOT)
    for letter in outbox():
        for sealed in ("Verhaal bij", "Spreek af", "voldoet", "complies", "Een organisatie waar"):
            assert sealed not in letter.body + letter.subject


def test_a_draft_is_opened_again_until_the_release(app):
    pair = make_pair()
    fill_findings(pair.review)
    write_summary(pair.review, pair.lead)
    services.draft(pair.review, by=pair.lead)
    services.redraft(pair.review, by=pair.lead)
    assert pair.review.state == R.CONSENSUS
    services.draft(pair.review, by=pair.lead)
    fill_findings(pair.other)
    write_summary(pair.other, pair.other_lead)
    services.draft(pair.other, by=pair.other_lead)
    with pytest.raises(NotNow):
        services.redraft(pair.review, by=pair.lead)


def test_the_secretariat_releases_without_the_late_team_which_then_judges_no_more(app, outbox):
    pair = make_pair()
    secretariat = make_actor("secretariat")
    fill_findings(pair.review)
    write_summary(pair.review, pair.lead)
    services.draft(pair.review, by=pair.lead)
    with pytest.raises(NotNow):
        services.release_without_late(pair.review, reason="Te laat.", by=secretariat)
    with unit_of_work():
        pair.other.due_on = clock.today().replace(year=clock.today().year - 1)
    with pytest.raises(Invalid):
        services.release_without_late(pair.review, reason=" ", by=secretariat)
    services.release_without_late(pair.review, reason="Te laat.", by=secretariat)
    assert (pair.review.state, pair.other.state) == (R.RELEASED, R.STOPPED)
    assert pair.review.release_reason == "Te laat."
    told = [letter for letter in outbox() if letter.kind == "reviews.no_report"]
    assert pair.other_host.email in [letter.recipient for letter in told]  # whose report does not come
    assert all("De reden: Te laat." in letter.body for letter in told)


# --- Fact check and final --------------------------------------------------------------------------------------------


def answered(pair, answer=FactAnswer.ERROR, text="Dat klopt niet.", evidence="Rooster maart"):
    finding = finding_of(pair.review)
    row = services.answer_finding(pair.review, finding, answer=answer, text=text, evidence=evidence, by=pair.host)
    return finding, row


def test_an_error_needs_what_is_wrong_and_a_source(app):
    pair = make_pair()
    release_pair(pair)
    with pytest.raises(Invalid) as refused:
        answered(pair, text="", evidence="")
    assert len(refused.value.problems) == 2


def test_two_people_of_the_host_who_answer_at_once_lose_nothing(app):
    pair = make_pair()
    release_pair(pair)
    finding, _ = answered(pair)
    services.answer_finding(
        pair.review,
        finding,
        answer=FactAnswer.ERROR,
        text="Dat klopt niet.",
        evidence="Rooster maart",
        by=pair.executive,
    )
    with pytest.raises(StaleVersion) as clash:
        services.answer_finding(
            pair.review, finding, answer=FactAnswer.COMMENT, text="Wij zien het anders.", by=pair.executive
        )
    assert (clash.value.theirs["text"], clash.value.mine["text"]) == ("Dat klopt niet.", "Wij zien het anders.")


def test_an_accepted_error_may_change_story_and_rating_and_both_stay_to_be_seen(app):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    finding, row = answered(pair)
    services.close_fact_check(pair.review, by=pair.host)
    with pytest.raises(NotNow):
        services.finalise(pair.review, by=pair.lead)
    services.accept_answer(
        pair.review, finding, row, story="Een nieuw verhaal.", rating=Rating.COMPLIES, reason="Dank.", by=pair.lead,
        unread_reason=NOBODY,
    )  # fmt: skip
    assert (finding.story, finding.rating) == ("Een nieuw verhaal.", Rating.COMPLIES)
    assert (row.story_before, row.rating_before) == ("Verhaal bij V1.", Rating.PARTLY)
    assert [each.texts["story"] for each in history.versions_of(finding)] == ["Een nieuw verhaal.", "Verhaal bij V1."]
    with pytest.raises(NotNow):
        services.reject_answer(pair.review, row, reason="Toch niet.", by=pair.lead)


def test_a_comment_never_changes_the_rating(app):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    finding, row = answered(pair, FactAnswer.COMMENT)
    services.close_fact_check(pair.review, by=pair.host)
    with pytest.raises(Invalid):
        services.accept_answer(pair.review, finding, row, story="x", rating=Rating.COMPLIES, by=pair.lead)
    assert db.session.get_one(FactCheckAnswer, row.id).state == Verdict.PENDING


def test_an_accepted_rating_still_keeps_rule_three(app):
    pair = make_pair()
    release_pair(pair, Rating.COMPLIES)
    finding, row = answered(pair)
    services.close_fact_check(pair.review, by=pair.host)
    with pytest.raises(Invalid):
        services.accept_answer(
            pair.review, finding, row, story="x", rating=Rating.PARTLY, unread_reason=NOBODY, by=pair.lead
        )


def test_a_rejection_needs_a_reason(app):
    pair = make_pair()
    release_pair(pair)
    _, row = answered(pair)
    services.close_fact_check(pair.review, by=pair.host)
    with pytest.raises(Invalid):
        services.reject_answer(pair.review, row, reason="", by=pair.lead)
    services.reject_answer(pair.review, row, reason="We zagen het zelf.", unread_reason=NOBODY, by=pair.lead)
    assert row.state == Verdict.REJECTED


def test_the_final_report_moves_the_host_to_its_plan_and_the_last_one_ends_the_exchange(app, outbox):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    finding, row = answered(pair)
    HEARD.clear()
    for review, host, lead in ((pair.review, pair.host, pair.lead), (pair.other, pair.other_host, pair.other_lead)):
        assert pair.review.visit.exchange.state == ExchangeState.ACTIVE
        services.close_fact_check(review, by=host)
        if host is pair.host:
            services.accept_answer(review, finding, row, story="Nieuw verhaal.", unread_reason=NOBODY, by=lead)
        services.finalise(review, by=lead)
    trajectory = pair.review.visit.host
    assert (trajectory.state, trajectory.due_on) == (
        TrajectoryState.REPORTED,
        clock.add_working_days(clock.today(), 30),
    )
    assert pair.review.visit.exchange.state == ExchangeState.COMPLETED
    assert [("Review", pair.review.id), ("Review", pair.other.id)] == HEARD
    final = queries.latest_version(pair.review.id)
    changed = final.content["chapters"][0]["findings"][0]
    assert (final.number, changed["story"], changed["answer"]["story_before"]) == (
        2,
        "Nieuw verhaal.",
        "Verhaal bij V1.",
    )
    first = queries.version_numbered(pair.review.id, 1).content["chapters"][0]["findings"][0]
    assert (first["story"], first["answer"]) == ("Verhaal bij V1.", None)


def test_overdue_fact_checks_close_themselves_once(app, outbox):
    pair = make_pair()
    release_pair(pair)
    assert services.close_overdue_fact_checks() == 0
    with unit_of_work():
        pair.review.due_on = clock.today().replace(year=clock.today().year - 1)
        pair.review.delivered_at = pair.review.released_at
    assert (services.close_overdue_fact_checks(), services.close_overdue_fact_checks()) == (1, 0)
    assert (pair.review.state, pair.other.state) == (R.FACT_CHECKED, R.RELEASED)


def test_many_findings_are_filled_in_one_unit_of_work(app):
    pair = make_pair(norms=10)
    norms = norms_in(pair.review)
    with unit_of_work():
        services.record_findings(
            pair.review,
            {n.id: {"rating": Rating.NOT_ASSESSED, "not_assessed_reason": "Niet gezien."} for n in norms},
            by=pair.lead,
        )
        write_summary(pair.review, pair.lead)
        services.draft(pair.review, by=pair.lead)
    assert pair.review.state == R.DRAFTED


def test_overdue_fact_checks_are_closed_every_day(app):
    pair = make_pair()
    release_pair(pair)
    with unit_of_work():
        pair.review.due_on = clock.today().replace(year=clock.today().year - 1)
        pair.review.delivered_at = pair.review.released_at
    app.test_cli_runner().invoke(args=["daily"])
    assert pair.review.state == R.FACT_CHECKED


def test_the_road_tells_begun_and_done_of_both_halves(app):
    pair = make_pair(state=R.CONSENSUS)
    us, partners = queries.road_facts(pair.review.visit.host)
    assert (us.review, [partner.facts.review for partner in partners]) == ("consensus", ["consensus"])
    assert [partner.name for partner in partners] == [pair.review.visit.reviewing.organisation.name]
