"""Sentences are split where a reader would, and a text is marked where it points at somebody; both ways."""

import pytest

from peerreview.core import privacy, sentences
from peerreview.core.sentences import key_of, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zij komen, o.a. op dinsdag. Wie valt in? Niemand!", ["Zij komen, o.a. op dinsdag.", "Wie valt in?", "Niemand!"]),
        ("Mevr. Jansen sprak met dr. A. de Vries. Daarna niet.", ["Mevr. Jansen sprak met dr. A. de Vries.", "Daarna niet."]),
        ("Folders, posters, enz. Daarna om 10.30 uur 3.5 km.", ["Folders, posters, enz.", "Daarna om 10.30 uur 3.5 km."]),
        ("Zie art. 3, d.w.z. Bijlage B. Dat is nr. 4.", ["Zie art. 3, d.w.z. Bijlage B. Dat is nr. 4."]),
        ("“Wij horen niets.” Zo zei een cliënt het. (Zie O9.)", ["“Wij horen niets.”", "Zo zei een cliënt het.", "(Zie O9.)"]),
        ("- Eerste punt\n- tweede. En nog een\n\n1. Slot", ["Eerste punt", "tweede.", "En nog een", "Slot"]),
        ("Een regel\ndie doorloopt.\nEn een nieuwe.", ["Een regel die doorloopt.", "En een nieuwe."]),
        ("They said no. Mr. Smith, e.g. Tom, came at 9 p.m. on Friday. 12 stayed.",
         ["They said no.", "Mr. Smith, e.g. Tom, came at 9 p.m. on Friday.", "12 stayed."]),
        ("… - !", []),
        (None, []),
    ],
)  # fmt: skip
def test_a_text_is_split_where_a_reader_would(text, found):
    assert split(text) == found


def test_a_sentence_is_known_by_its_words_and_followed_when_it_changes_a_little():
    assert key_of("De  vrijwilligers komen.") == key_of("de vrijwilligers KOMEN") != key_of("Wij komen.")
    before = ["De vrijwilligers krijgen geen terugkoppeling.", "Dat is jammer.", "Dit blijft zo."]
    after = ["Dit blijft zo.", "De vrijwilligers in Eefde krijgen geen terugkoppeling.", "Iets heel anders nu."]
    assert sentences.followed(before, after) == {key_of(before[0]): key_of(after[1])}
    both = ["De lijnen met de gemeente zijn kort.", "Met de huisarts ook heel kort."]
    one = ["De lijnen met de gemeente zijn kort, met de huisarts ook heel kort."]
    assert set(sentences.followed(both, one).values()) == {key_of(one[0])}


POINTING = [
    ("Een 72-jarige vrouw uit Vorden vertelt.", "details", "Een 72-jarige vrouw uit Vorden"),
    ("De cliënt met dementie uit de Kerkstraat komt graag.", "details", "De cliënt met dementie uit de Kerkstraat"),
    ("Wij spraken een man van 45 met een verslaving.", "details", "een man van 45 met een verslaving"),
    ("A 45-year-old man with schizophrenia said so.", "details", "A 45-year-old man with schizophrenia"),
    ("Daarom komt mevrouw Van Dijk elke week.", "title", "mevrouw Van Dijk"),
    ("Mrs Smith told us.", "title", "Mrs Smith"),
    ("De deelnemer, geboren 12-03-1948, belt.", "birth", "geboren 12-03-1948"),
    ("She was born on 12 March 1948 there.", "birth", "born on 12 March 1948"),
    ("Het is op Dorpsstraat 12a, eerste deur.", "address", "Dorpsstraat 12a"),
    ("Post kan naar 7251 AB te V.", "address", "7251 AB"),
    ("Zij wonen 12 Church Lane.", "address", "12 Church Lane"),
]
PLAIN = [
    "Cliënten met dementie uit Vorden kunnen terecht bij het buurthuis.",
    "De 25-jarige samenwerking in Zutphen loopt goed.",
    "Een vrijwilliger werkt al 25 jaar in Zutphen.",
    "Een vrijwilliger uit Eefde zegt dat het stil valt.",
    "Een cliënt met autisme vertelt dat er tijd is.",
    "Jongeren van 12 tot 18 jaar uit Zutphen komen graag.",
    "Een cliënt van 1 van de 3 locaties uit Eefde mist een aanspreekpunt.",
    "De moeder van 3 kinderen uit Eefde is geholpen.",
    "Op 12 maart 2027 sprak het team met de gemeente; in 2026 NIET.",
    "Mevrouw de voorzitter opende; de heer en meester zweeg.",
    "Buurthuis De Brink aan de Dorpsstraat is open. Zie ISO 9001 EN.",
    "The lady from HR is new. A client with autism told us so.",
    "Norm V4 en O12 gaan over 72 uur.",
]


@pytest.mark.parametrize(("text", "kind", "found"), POINTING)
def test_what_points_at_one_person_is_marked_as_it_stands(text, kind, found):
    assert [(notice.kind, notice.found) for notice in privacy.notices(text)] == [(kind, found)]


@pytest.mark.parametrize("text", PLAIN)
def test_groups_places_and_single_details_are_left_in_peace(text):
    assert privacy.notices(text) == []


def test_long_sentences_are_marked_in_what_others_read_three_at_most():
    text = "Dit is " + "een woord " * 12 + "te veel. "
    assert [(n.kind, n.found) for n in privacy.notices(text, plain=True)] == [("long", "Dit is een woord een woord …")]
    assert privacy.notices("Dit is " + "een woord " * 11 + "en. ", plain=True) == []
    assert privacy.notices(text) == []
    assert len(privacy.notices(*(f"Zin {n} " + "woord " * 30 for n in range(9)), plain=True)) == 3
