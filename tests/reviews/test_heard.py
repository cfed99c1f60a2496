"""The programme of a visit learns from the observations of its review what was heard."""

from peerreview.core.db import unit_of_work
from peerreview.programmes import queries
from peerreview.reviews.lifecycle import Source
from tests.factories.reviews import make_observation, make_review, norms_in

HEARD = Source.HEARD


def test_a_norm_is_heard_when_somebody_spoke_about_it(app):
    with unit_of_work():
        review, other = make_review(), make_review()
        first, second, third = norms_in(review)
        for norm, source, function in [
            (first, HEARD, "client"), (first, HEARD, "client"), (second, HEARD, ""), (third, Source.READ, ""),
            (None, HEARD, "volunteer"),
        ]:  # fmt: skip
            make_observation(review, norm, review.visit.team[0].person, source=source, interlocutor=function)
        make_observation(other, norms_in(other)[2], other.visit.team[0].person, source=HEARD, interlocutor="volunteer")
        assert queries.heard(review.visit) == {(first.id, "client"), (second.id, "")}
