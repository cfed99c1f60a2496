"""The marketplace of the demo's open round: offers, proposals in every state, wishes, blocks and conflicts of interest.

Everything is done by the services that people use, as those who would do it, some days ago.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.demo import offers
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.lifecycle import ConflictKind, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace import services as marketplace
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.models import Proposal
from peerreview.marketplace.queries import content_of, participants
from peerreview.matching import services as matching
from peerreview.matching.queries import without_partner
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

FEWEST = 14  # with fewer on the market there is nothing to walk through
ASKED, ASKING, TIED, TENDER = "Groenewaard", "Heidezoom", "Weefwerk", "Rijnkade"


def make_market(secretariat: Actor, random: Random) -> None:
    """Fill the marketplace of the round that is open, and promise who has no partner in the running one a partner."""
    for round_ in db.session.scalars(select(Round).where(Round.state == RoundState.OPEN)):
        there = list(db.session.scalars(participants(round_.id)))
        if len(there) >= FEWEST:
            market = Market(there, secretariat, random)
            market.conflicts(round_)
            market.offers()
            market.proposals()
            market.wishes()
            matching.rehearse(round_, by=secretariat)
    for round_ in db.session.scalars(select(Round).where(Round.state == RoundState.RUNNING)):
        _promise_partners(round_, secretariat)


def _promise_partners(round_: Round, secretariat: Actor) -> None:
    """One promise is past, the others are near."""
    for trajectory, days in zip(without_partner(round_.id), (-2, 3, 9), strict=False):
        matching.begin_search(trajectory, partner_by=clock.add_working_days(clock.today(), days), by=secretariat)


@contextmanager
def ago(days: int) -> Iterator[None]:
    """What is noted inside was done so many days ago."""
    noted = db.session.info.setdefault("audit", [])
    known = len(noted)
    yield
    for entry, _subject in noted[known:]:
        entry.at -= timedelta(days=days)


class Market:
    """Those on the market by name, and who acts for each."""

    def __init__(self, there: Sequence[Trajectory], secretariat: Actor, random: Random) -> None:
        self.secretariat, self.random = secretariat, random
        named = {each.organisation.name: each for each in there}
        known = [named[name] for name in (ASKED, ASKING, TIED, TENDER) if name in named]
        # The four of the demo's story first, or whoever comes first where they are not; a rehearsal is made of those
        # whose sign-up was accepted.
        others = sorted((e for e in there if e not in known), key=lambda e: e.state == TrajectoryState.SUBMITTED)
        self.there = [*known, *others]
        self.coordinators = self._who(Role.COORDINATOR)
        self.reviewers = self._who(Role.REVIEWER)
        self.executives = self._who(Role.EXECUTIVE)

    def _who(self, role: Role) -> dict[int, Actor]:
        """The first person with this role in each organisation."""
        names = {each.organisation_id: each.organisation.name for each in self.there}
        held = (
            select(Person, Affiliation)
            .join(Affiliation, Affiliation.person_id == Person.id)
            .where(Affiliation.organisation_id.in_(names), Affiliation.role == role, Affiliation.ended_at.is_(None))
            .order_by(Affiliation.id.desc())
        )
        return {
            held.organisation_id: Actor(
                person.id, person.name, role.value, held.organisation_id, names[held.organisation_id], held.id,
                email=person.email,
            )
            for person, held in db.session.execute(held)
            if held.organisation_id is not None
        }  # fmt: skip

    def by(self, trajectory: Trajectory) -> Actor:
        return self.coordinators[trajectory.organisation_id]

    # --- Offers ------------------------------------------------------------------------------------------------------

    def offers(self) -> None:
        """Most have an offer on the market; a few are still writing it, or did not begin."""
        told = set(offers.OWN.values())
        for number, trajectory in enumerate(self.there):
            if number % 12 != 11:
                own = offers.OWN.get(trajectory.organisation.name)
                with ago(20 - number % 15):
                    self._offer(trajectory, own, published=number % 12 != 8, told=told)

    def _offer(self, trajectory: Trajectory, own: int | None, *, published: bool, told: set[int]) -> None:
        offer, by = marketplace.make_offer(trajectory, by=self.by(trajectory)), self.by(trajectory)
        known = content_of(offer)
        story = offers.story_for(known.work_fields, told) if own is None else offers.STORIES[own]
        first = known.months[: self.random.choice((2, 3, 4))]
        content = replace(
            known,
            story=story.text,
            work_fields=tuple(dict.fromkeys((*known.work_fields, *filter(None, (story.field,))))),
            strengths=tuple(dict.fromkeys((story.strength, *known.strengths))),
            learning=(story.learning,),
            months=first if self.random.random() < 0.7 else known.months,
            days=self.random.choice(((), (), (1, 2, 4), (2, 3, 4, 5))),
            reviews=self.random.choice((1, 1, 1, 2)),
            partner_fields=(story.field,) if story.field and self.random.random() < 0.4 else (),
            partner_size=self.random.choice((SizeWish.ANY, SizeWish.ANY, SizeWish.ALIKE, SizeWish.LARGER)),
            partner_experience=self.random.choice((ExperienceWish.ANY, ExperienceWish.ANY, ExperienceWish.EXPERIENCED)),
        )
        marketplace.save_offer(offer, content=content, version=offer.version, by=by)
        if published:
            marketplace.publish_offer(offer, by=by)

    # --- Proposals ---------------------------------------------------------------------------------------------------

    def proposals(self) -> None:
        """One to the organisation of the demo's account and one from it; one accepted, declined, expired; and a ring."""
        asked, asking, *rest = self.there
        free = rest[2:]
        self._ask(4, asking, [asked], offers.ASK)
        self._ask(2, asked, [free[0]], offers.ASKS[0])
        accepted = self._ask(9, free[1], [free[2]], offers.ASKS[1])
        with ago(6):
            marketplace.accept(accepted.members[1], message=offers.YES, by=self.by(free[2]))
        declined = self._ask(8, free[3], [free[4]], offers.ASKS[2])
        with ago(5):
            marketplace.decline(
                declined.members[1], reason=offers.NO_BECAUSE, message=offers.NO, by=self.by(free[4])
            )  # fmt: skip
        silent = self._ask(21, free[5], [free[6]], offers.ASKS[0])
        silent.answer_by = clock.add_working_days(clock.today(), -4)
        db.session.flush()
        with ago(3):
            marketplace.expire_due()
        self._ask(1, free[7], [free[8], free[9]], offers.ASKS[2])

    def _ask(self, days: int, asking: Trajectory, asked: list[Trajectory], message: str) -> Proposal:
        with ago(days):
            proposal = marketplace.propose(asking, asked, message=message, by=self.by(asking))
        back = timedelta(days=days)
        proposal.made_at, proposal.state_since = proposal.made_at - back, proposal.state_since - back
        proposal.members[0].answered_at = proposal.made_at
        proposal.answer_by = max(clock.today(), clock.add_working_days(proposal.answer_by, -(days * 5 // 7)))
        db.session.flush()
        return proposal

    def wishes(self) -> None:
        """Some rank whom they would like; two would rather not meet somebody."""
        asked, asking, *rest = self.there
        free = rest[2:]
        for one, others in ((asked, [asking, free[3]]), (free[0], [free[4], asked, free[6]]), (free[7], [free[8]]),
                            (free[5], [asked]), (free[9], [free[1], free[2]])):  # fmt: skip
            for other in others:
                with ago(3):
                    marketplace.wish_for(one, other.organisation, by=self.by(one))
        for (one, other), reason in zip(((asked, free[6]), (free[3], free[9])), offers.BLOCKS, strict=True):
            with ago(4):
                marketplace.block(one, other.organisation, reason=reason, by=self.by(one))

    # --- Conflicts of interest ---------------------------------------------------------------------------------------

    def conflicts(self, round_: Round) -> None:
        """What the system finds, what organisations and people say, and what the secretariat decides about it."""
        asked, _asking, tied, tender, *free = self.there
        self._facts(asked, tied, free)
        with ago(12):
            matching.notice_conflicts(round_)
            impartiality.end_what_is_over()
        with ago(10):
            self._pin()
            self._declared(asked, tender, free)
            impartiality.register(
                free[9].organisation_id, other_id=free[8].organisation_id, kind=ConflictKind.OPEN_DISPUTE,
                note="Rechtszaak over de huur van een buurthuis.", by=self.secretariat,
            )  # fmt: skip

    def _facts(self, asked: Trajectory, tied: Trajectory, free: list[Trajectory]) -> None:
        """A director of two organisations, somebody who worked at another one, and a group of two."""
        now = clock.now()
        director, worker = self.executives[tied.organisation_id], self.coordinators[free[2].organisation_id]
        left = now - timedelta(days=700)
        for person_id, organisation, role, began_at, ended_at in (
            (director.person_id, asked, Role.EXECUTIVE, now - timedelta(days=900), None),
            (worker.person_id, free[5], Role.REVIEWER, now - timedelta(days=1200), left),
        ):
            db.session.add(
                Affiliation(
                    person_id=person_id, organisation_id=organisation.organisation_id, role=role, began_at=began_at,
                    ended_at=ended_at,
                )
            )  # fmt: skip
        for one in (free[6], free[7]):
            one.organisation.legal_group = "Stichting Samen Sterk"
        db.session.flush()

    def _pin(self) -> None:
        """The one who worked elsewhere only replaced somebody: pinned as no conflict."""
        found = select(Conflict).where(
            Conflict.source == Source.DETECTED, Conflict.kind == ConflictKind.EMPLOYMENT, Conflict.person_id.is_(None)
        )
        if conflict := db.session.scalars(found.order_by(Conflict.noted_at, Conflict.id)).first():
            reason = "Zij verving daar twee maanden een zieke collega. Beide organisaties vinden dat het kan."
            impartiality.dismiss(conflict, reason=reason, by=self.secretariat)

    def _declared(self, asked: Trajectory, tender: Trajectory, free: list[Trajectory]) -> None:
        soft = impartiality.declare(
            tender.organisation_id, kind=ConflictKind.SAME_TENDER, starts_on=clock.today() - timedelta(days=40),
            note="Wij schreven allebei in op het jongerenwerk van één gemeente. De gunning is in het voorjaar.",
            by=self.by(asked),
        )  # fmt: skip
        ends_on = clock.add_working_days(clock.today() + timedelta(days=200), 0)
        reason = "De opdracht is verdeeld over twee wijken. Zij zijn daar geen concurrent van elkaar."
        impartiality.waive(soft, reason=reason, ends_on=ends_on, by=self.secretariat)
        impartiality.declare(
            free[4].organisation_id, kind=ConflictKind.MERGER_TALKS, note="Wij praten sinds de zomer over samengaan.",
            by=self.by(free[9]),
        )  # fmt: skip
        impartiality.declare(
            free[2].organisation_id, kind=ConflictKind.SUBCONTRACTING, note="Zij doen de inloop in één van onze wijken.",
            by=self.by(free[7]),
        )  # fmt: skip
        impartiality.declare(
            free[1].organisation_id, kind=ConflictKind.PERSONAL_RELATION, note="Mijn zus werkt daar.",
            by=self.reviewers[free[3].organisation_id],
        )  # fmt: skip
