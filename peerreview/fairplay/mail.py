"""The one letter of fair play: to the host, some days after its report became final, asking what it thought of it."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.fairplay.queries.feedback import ASKED
from peerreview.reviews.models import Review


def ask_for_feedback(review: Review) -> int:
    """To the coordinators of the host; how many letters were queued."""
    visit = review.visit
    people = people_with(Role.COORDINATOR, visit.host.organisation_id)
    for person in people:
        with i18n.speaking(person.language):
            paragraphs = (
                _("Hello %(name)s,", name=person.name),
                _(
                    "The report of %(team)s is final. What did you think of their visit and of what they wrote?",
                    team=visit.reviewing.organisation.name,
                ),
                _("Four questions and two short texts, 5 minutes. The team reads it after you both said something."),
                outbox.address(f"/reviews/{review.id}/feedback"),
            )
            outbox.queue(
                ASKED, to=person.email, name=person.name, language=person.language,
                subject=_("What did you think of the review?"), body="\n\n".join(paragraphs) + "\n", about=review,
            )  # fmt: skip
    return len(people)
