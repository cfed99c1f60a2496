"""The secretariat says who is a qualified reviewer; they take their badge home."""

from peerreview.credentials import baking, signing
from peerreview.credentials.queries import credential_of, qualification_of, standing_of
from peerreview.reviews.lifecycle import ReviewState
from tests.factories.accounts import make_actor, make_person
from tests.factories.reviews import make_review


def reviewer(state=ReviewState.FINAL):
    return make_review(state=state).visit.team[0].person


def test_a_reviewer_is_qualified_on_the_ground_of_a_final_review_and_gets_a_letter(app, as_, outbox):
    person, office = reviewer(), as_(make_actor("secretariat"))
    path = f"/qualified-reviewers/{person.id}"
    assert office.send(path, {"ground": "", "months": "36"}).status_code == 422
    assert office.send(path, {"ground": "Goed.", "months": "99"}).status_code == 422
    assert [office.send(path, {"ground": "Goed.", "months": "36"}).status_code for _twice in range(2)] == [303, 409]
    held = qualification_of(person.id)
    assert (held.reviews, standing_of(held)[0], [letter.kind for letter in outbox()]) == (
        1,
        "active",
        ["qualification.given"],
    )
    mine = as_(person)
    assert "Je badge als toetser" in mine.get("/badge").get_data(as_text=True)
    token = credential_of(qualification_id=held.id).jwt
    assert baking.token_in_svg(mine.get("/badge.svg").data) == token
    assert baking.token_in_png(mine.get("/badge.png").data) == (token, True)
    assert mine.get("/badge.jwt").get_data(as_text=True) == token
    assert signing.read(token)[1]["credentialSubject"]["achievement"]["name"] == "Gekwalificeerd toetser"
    end = f"/qualifications/{held.id}/end"
    assert [office.send(end, {"reason": reason}).status_code for reason in ("", "Gestopt.", "Weer.")] == [422, 303, 409]
    assert [mine.get(f"/badge.{kind}").status_code for kind in ("svg", "png", "jwt")] == [404] * 3
    assert "Gestopt." in mine.get("/badge").get_data(as_text=True)
    assert office.send(path, {"ground": "Weer begonnen.", "months": "12"}).status_code == 303


def test_who_took_part_in_no_final_review_does_not_exist_here(app, as_):
    office = as_(make_actor("secretariat"))
    for person in (reviewer(ReviewState.DRAFTED), make_person()):
        assert office.get(f"/qualified-reviewers/{person.id}").status_code == 404
    mine = as_(make_person())
    assert "0 definitieve toetsingen" in mine.get("/badge").get_data(as_text=True)
    assert mine.get("/badge.svg").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_three(app, as_, queries):
    office = as_(make_actor("secretariat"))
    for number in (1, 3):
        while office.get("/qualified-reviewers").get_data(as_text=True).count("pr-state") < number:
            make_review(state=ReviewState.FINAL)
        with queries() as seen:
            office.get("/qualified-reviewers")
        seen.expect(4)
