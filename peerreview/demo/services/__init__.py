"""Building the demo: members and people first, then each round with what happened in it, then the marketplace."""

from random import Random

from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.demo import scenario
from peerreview.demo.scenario import Scenario
from peerreview.demo.services.accounts import make_demo_accounts
from peerreview.demo.services.badges import make_badges
from peerreview.demo.services.fair_play import make_fair_play
from peerreview.demo.services.letters import make_letters
from peerreview.demo.services.market import make_market
from peerreview.demo.services.members import make_members
from peerreview.demo.services.questionnaires import make_questionnaires
from peerreview.demo.services.register import make_pages
from peerreview.demo.services.rounds import make_rounds
from peerreview.demo.services.talk import make_talk
from peerreview.visits.services import load_school_holidays


def is_empty() -> bool:
    """Whether nobody has an account here yet: only then may a demo be built by itself."""
    return db.session.scalar(select(func.count()).select_from(Person)) == 0


def build_demo(plan: Scenario | None = None) -> dict[str, int]:
    """Build the association in one act; the number of rows of each kind. The same plan and day give the same rows."""
    chosen = plan or scenario.association(clock.today().year + 1)
    random = Random(chosen.seed)  # noqa: S311 - believable, not secret
    with unit_of_work():
        members = make_members(chosen.organisations, random)
        counts = make_rounds(chosen, members, random)
        load_school_holidays(by=SYSTEM)
        secretariat = make_demo_accounts(members)
        make_market(secretariat, random)
        make_letters(secretariat)
        make_questionnaires(members[0], random)
        make_fair_play(chosen.seed)
        make_talk(members[0])
        make_badges(secretariat)
        make_pages()
    return {"organisations": len(members), **counts}
