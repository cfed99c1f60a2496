"""An organisation's own page: written by its coordinator, seen when it is published, and hidden with a reason."""

import pytest

from peerreview.core.errors import Invalid, StaleVersion
from peerreview.register import queries, services
from peerreview.register.words import Words, words_in
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.organisations import make_organisation

FORM = "/organisation/public-page"
WORDS = Words(
    "Collega’s spraken met vrijwilligers.", (("De buurtkamer", "Elke dinsdag is er koffie."),), "Een invaller."
)


def test_visitors_see_the_words_when_they_are_published_and_as_they_were_then(app, as_, get):
    organisation = make_organisation("Brugveld", about="Oude tekst.")
    make_certificate(organisation)
    client, page = as_(make_actor("coordinator", organisation)), f"/register/{organisation.slug}"
    fields = {
        "version": "0",
        "looked_at": "Met vrijwilligers.",
        "title1": "Koffie",
        "text1": "Elke dinsdag.",
        "works_on": "",
    }
    assert client.send(FORM, fields).headers["Location"] == f"{FORM}/preview"
    assert ("Elke dinsdag." in client.get(f"{FORM}/preview").text, "Elke dinsdag." in get(None, page)) == (True, False)
    assert client.send(f"{FORM}/publication").status_code == 303
    assert ("Elke dinsdag." in get(None, page), "Oude tekst." in get(None, page)) == (True, False)
    client.send(
        FORM,
        fields
        | {"version": str(queries.own_page(make_actor("executive", organisation)).version), "text1": "Nu iets anders."},
    )
    assert "Elke dinsdag." in get(None, page)
    client.send(f"{FORM}/publication")
    assert "Nu iets anders." in get(None, page)
    client.send(f"{FORM}/hiding")
    assert ("Nu iets anders." in get(None, page), "Oude tekst." in get(None, page)) == (False, True)


def test_an_autosave_answers_with_the_version_and_with_what_could_be_plainer(app, as_):
    organisation = make_organisation()
    client = as_(make_actor("coordinator", organisation))
    long = "Dit is een zin " + "met heel erg veel woorden " * 8 + "."
    answer = client.send(FORM, {"version": "0", "text1": "Samira kwam langs.", "works_on": long, "autosave": "1"})
    assert (answer.status_code, 'data-version="1"' in answer.text) == (200, True)
    assert ("Samira" in answer.text, "meer dan 25 woorden" in answer.text) == (True, True)


def test_the_second_of_two_writers_sees_both_texts(app, as_):
    organisation = make_organisation()
    first, second = (make_actor("coordinator", organisation, name=name) for name in ("Noor Vos", "Wim Bos"))
    services.save_page(organisation.id, Words("Van Noor."), version=0, by=first)
    for draft in ({"autosave": "1"}, {}):
        answer = as_(second).send(FORM, {"version": "0", "looked_at": "Van Wim."} | draft)
        assert answer.status_code == 409
        assert all(text in answer.text for text in ("Van Noor.", "Van Wim.", "Noor Vos"))
    with pytest.raises(StaleVersion):
        services.save_page(organisation.id, Words("Van Wim."), version=7, by=second)


def test_an_earlier_text_is_found_and_put_back_and_who_else_writes_is_seen(app, as_):
    organisation = make_organisation()
    first, second = (make_actor("coordinator", organisation, name=name) for name in ("Noor Vos", "Wim Bos"))
    services.save_page(organisation.id, WORDS, version=0, by=first)
    services.save_page(organisation.id, Words("Alles anders."), version=1, by=second)
    text = as_(first).get(f"{FORM}/history?version=1").text
    assert ("<del>" in text, "Elke dinsdag is er koffie." in text) == (True, True)
    assert as_(first).send(f"{FORM}/history/1", {"version": "1"}).status_code == 409
    assert as_(first).send(f"{FORM}/history/9", {"version": "2"}).status_code == 422
    assert as_(first).send(f"{FORM}/history/1", {"version": "2"}).status_code == 303
    assert words_in(queries.own_page(first).page) == WORDS
    as_(second).send(f"{FORM}/together", {"version": "3"})
    assert "Wim kijkt mee" in as_(first).send(f"{FORM}/together", {"version": "3"}).text


def test_nothing_is_no_page_and_too_long_is_told(app, as_):
    organisation = make_organisation()
    executive = make_actor("executive", organisation)
    with pytest.raises(Invalid):
        services.publish_page(organisation.id, by=executive)
    assert as_(executive).send(FORM, {"version": "0", "works_on": "x" * 1600}).status_code == 422


def test_the_secretariat_hides_words_with_a_reason_that_the_organisation_reads(app, as_, get, outbox):
    organisation = make_organisation("Brugveld")
    make_certificate(organisation)
    writer, office = make_actor("coordinator", organisation), as_(make_actor("secretariat"))
    path = f"/organisations/{organisation.id}/public-page/hiding"
    assert office.get(path).status_code == 404  # nothing is shown yet
    services.save_page(organisation.id, WORDS, version=0, by=writer)
    services.publish_page(organisation.id, by=writer)
    assert path in get(make_actor("secretariat"), f"/register/{organisation.slug}")
    assert office.send(path, {"reason": " "}).status_code == 422
    assert office.send(path, {"reason": "Er staat een naam in."}).status_code == 303
    assert "Elke dinsdag" not in get(None, f"/register/{organisation.slug}")
    [letter] = outbox()
    assert (letter.kind, "Er staat een naam in." in letter.body) == ("register.hidden", True)
    assert as_(writer).get(path).status_code == 404
