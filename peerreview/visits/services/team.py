"""Who goes on a visit: the reviewing organisation puts people in the team and takes them out, the host never does.

Every act is refused once the visit took place. At each addition the register of conflicts of interest is asked for the
visit's day, the day itself, and what the person does in the round already. After it "visit.team_changed" is announced,
and invitations follow the team.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import SECRETARIAT, SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.events import on
from peerreview.impartiality import queries as register
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.queries import Standing
from peerreview.trajectories.models import OfferedReviewer
from peerreview.trajectories.queries import experienced_people
from peerreview.visits import mail, policy, queries, team
from peerreview.visits.lifecycle import Part, VisitState
from peerreview.visits.mail import team as letters
from peerreview.visits.models import Companion, Visit
from peerreview.visits.queries import team as roster
from peerreview.visits.queries.team_duties import SIGN_BEFORE
from peerreview.visits.services.members import announce_change, beside_of, give_lead, join, leave, member_of
from peerreview.visits.services.objections import end_objections
from peerreview.visits.team import Candidate, Why


class KeptOut(Invalid):
    """A conflict of interest keeps somebody out; `standing` is for the secretariat alone."""

    def __init__(self, message: str, standing: list[Standing], person_id: int) -> None:
        super().__init__(message)
        self.standing, self.person_id = standing, person_id


def put_in_team(visit: Visit, *, person_id: int, by: Actor) -> None:
    """Let a reviewer of the reviewing organisation join the team; the first one leads.

    Who was not offered at sign-up is offered from now on. Whoever went along or was a substitute no longer is. While
    dates are sought they are asked for theirs. Raises Invalid or NotNow in words that tell of a conflict of interest
    only to the secretariat, which gets a letter about it.
    """
    with _kept_out_told(visit, by), _changing(visit, by) as now:
        person = _admitted(now, person_id, None, by)
        _offer(now, person, by)
        join(now, person, lead=not now.team)
        audit.record("visit.put_in_team", now, by=by, after={"person_id": person.id})
        if now.state == VisitState.POLLING:
            mail.ask_for_dates(now.exchange, [now], {now.id: [person]})


def take_along(visit: Visit, *, person_id: int, part: Part, by: Actor) -> None:
    """Let somebody of the reviewing organisation go along as trainee or observer, or be a substitute.

    The same person has one part: another one takes its place. Refused as `put_in_team`.
    """
    with _kept_out_told(visit, by), _changing(visit, by) as now:
        person = _admitted(now, person_id, part, by)
        if part == Part.SUBSTITUTE:
            _offer(now, person, by)
        beside = beside_of(now, person_id)
        before = {"part": beside.part} if beside else None
        if beside is None:
            beside = Companion(visit_id=now.id, person_id=person_id, part=part)
            db.session.add(beside)
        beside.part, beside.added_by_id = part, by.person_id
        audit.record("visit.take_along", now, by=by, before=before, after={"person_id": person_id, "part": part})
        letters.tell_part(now, person, part)


def take_out(visit: Visit, *, person_id: int, by: Actor) -> None:
    """Somebody no longer goes along; an objection to them that waits ends. When they led, somebody else leads.

    Raises Invalid when the team would become smaller than the round asks: then somebody else comes first, or a
    substitute steps in. The secretariat may do it all the same.
    """
    with _changing(visit, by) as now:
        member = member_of(now, person_id)
        least = now.host.round.rules.minimum_reviewers
        if member and len(now.team) <= least and by.role != SECRETARIAT:
            raise Invalid(_("The team needs %(count)s reviewers. Put somebody else in first.", count=least))
        leave(now, person_id, by)
        end_objections(now, [person_id])


def choose_lead(visit: Visit, *, person_id: int, by: Actor) -> None:
    """Let this reviewer lead the team instead of who does now."""
    with _changing(visit, by, parts=True) as now:
        member = member_of(now, person_id)
        if member is None:
            raise Invalid(_("This person is not on the visit any more."))
        give_lead(now, member, by)


def step_in(visit: Visit, *, substitute_id: int, person_id: int, by: Actor) -> None:
    """Let a substitute take the place of somebody of the team, in one act; also the lead, when that was theirs.

    Checked as any addition to the team, and refused as that is; the team then stays as it was.
    """
    with _kept_out_told(visit, by), _changing(visit, by) as now:
        member, beside = member_of(now, person_id), beside_of(now, substitute_id)
        if member is None or beside is None or beside.part != Part.SUBSTITUTE:
            raise Invalid(_("Choose a substitute for somebody of the team."))
        person = _admitted(now, substitute_id, None, by)
        leads, leaver = member.lead, member.person
        now.team.remove(member)
        join(now, person, lead=leads)
        before, after = {"person_id": person_id}, {"person_id": substitute_id, "lead": leads}
        audit.record("visit.step_in", now, by=by, before=before, after=after)
        end_objections(now, [person_id])
        if now.state == VisitState.POLLING:
            letters.tell_left(now, leaver)
            mail.ask_for_dates(now.exchange, [now], {now.id: [person]})


def sign_independence(visit: Visit, *, by: Actor) -> None:
    """Somebody of the team signs that nothing ties them to the host; once. Raises NotAllowed for anybody else."""
    with unit_of_work():
        now = roster.locked_visit(visit.id, visit.exchange_id)
        member = member_of(now, by.person_id)
        if member is None or not policy.may_sign_independence(by, now):
            raise NotAllowed(_("Only who is in the team signs this."))
        if now.state == VisitState.CANCELLED:
            raise NotNow(_("This visit does not take place."))
        if member.independent_at is None:
            member.independent_at = clock.now()
            audit.record("team_member.sign_independence", member, by=by, after={"visit_id": now.id})


def set_most_reviews(offered: OfferedReviewer, *, most: int, by: Actor) -> None:
    """Set how many reviews somebody wants at most in the round. Raises Invalid for fewer than they have already."""
    with unit_of_work():
        if not policy.may_limit_reviews(by, offered):
            raise NotAllowed(_("Only the reviewer, their coordinator and the secretariat change this."))
        if not 1 <= most <= team.MOST:
            raise Invalid(_("Fill in a number from 1 to %(most)s.", most=team.MOST))
        roster.locked_person(offered.person_id)
        of, round_id = offered.trajectory.organisation_id, offered.trajectory.round_id
        load = roster.loads_in(round_id, [offered.person_id], organisation_id=of)[offered.person_id]
        if most < load.reviews:
            raise Invalid(_("They have %(count)s reviews in this round already.", count=load.reviews))
        before, offered.most_reviews = offered.most_reviews, most
        if before != most:
            after = {"most_reviews": most}
            audit.record("offered_reviewer.limit", offered, by=by, before={"most_reviews": before}, after=after)


# --- What every change does -------------------------------------------------------------------------------------------


@contextmanager
def _changing(visit: Visit, by: Actor, *, parts: bool = False) -> Iterator[Visit]:
    """The visit as it is now, locked; after the change everybody hears of it. Only while it is still to come."""
    with unit_of_work():
        now = roster.locked_visit(visit.id, visit.exchange_id)
        if not policy.may_choose_team(by, now):
            raise NotAllowed(_("The reviewing organisation chooses who goes along."))
        if not team.may_change(now.state):
            raise NotNow(_("The visit took place, or does not: its team can no longer change."))
        yield now
        announce_change(now, by=by, parts=parts)


@contextmanager
def _kept_out_told(visit: Visit, by: Actor) -> Iterator[None]:
    """When a conflict of interest keeps somebody out, the secretariat is told of it, once, although the act failed."""
    visit_id = visit.id
    try:
        yield
    except KeptOut as no:
        with unit_of_work():
            visit = queries.visit_with_names(visit_id)
            if no.person_id not in roster.told_kept_out(visit):
                audit.record(roster.KEPT_OUT, visit, by=by, after={"person_id": no.person_id})
                mail.tell_left_out(visit, no.standing)
        raise


# --- Who may join -----------------------------------------------------------------------------------------------------


def _admitted(visit: Visit, person_id: int, part: Part | None, by: Actor) -> Person:
    """The person, locked, when they can go in this part; else the refusal in words for who acts."""
    person = roster.locked_person(person_id)
    standing = _standing(visit, person_id)
    why = team.refusal(_candidate(visit, person_id, barred=bool(standing)), part)
    if why is None and person is not None:
        return person
    name = person.name if person is not None else ""
    sentence = _sentence(why or Why.NOT_OURS, name, part, bool(standing), by)
    if why == Why.CANNOT and standing:
        raise KeptOut(sentence, standing, person_id)
    raise Invalid(sentence)


def _standing(visit: Visit, person_id: int) -> list[Standing]:
    """What keeps this person from reviewing the host on the visit's day, or today when it has none."""
    host, days = visit.host.organisation_id, roster.days_of(visit)
    impartiality.detect([host, visit.reviewing.organisation_id])
    found = register.of_persons([person_id], [host], days[0] if days else clock.today())
    return [one for one in found.get((person_id, host), ()) if one.blocks]


def _candidate(visit: Visit, person_id: int, *, barred: bool) -> Candidate:
    own, round_id = visit.reviewing.organisation_id, visit.host.round_id
    colleagues = {one.person_id: one for one in roster.colleagues_of(own)}
    colleague, busy = colleagues.get(person_id), roster.busy_with(visit, person_id)
    beside = beside_of(visit, person_id)
    return Candidate(
        reviewer=bool(colleague and colleague.reviewer),
        of_organisation=colleague is not None,
        in_team=member_of(visit, person_id) is not None,
        part=beside.part if beside else None,
        decided=person_id in roster.upheld_people(visit.id),
        barred=barred,
        busy=own in busy,
        busy_elsewhere=bool(busy - {own}),
        load=roster.loads_in(round_id, [person_id], organisation_id=own)[person_id],
        whole_load=roster.loads_in(round_id, [person_id])[person_id],
    )


def _sentence(why: Why, name: str, part: Part | None, barred: bool, by: Actor) -> str:
    match why:
        case Why.NOT_OURS if part in (None, Part.SUBSTITUTE):
            return str(_("Choose a reviewer of the organisation that visits."))
        case Why.NOT_OURS:
            return str(_("Choose somebody of the organisation that visits."))
        case Why.HERE:
            return str(_("%(name)s is on this visit already.", name=name))
        case Why.DECIDED:
            return str(_("%(name)s does not go on this visit: the secretariat decided so.", name=name))
        case Why.BUSY:
            return str(_("%(name)s is on another visit that day.", name=name))
        case Why.FULL:
            return str(_("%(name)s has as many reviews in this round as they want.", name=name))
    if by.role != SECRETARIAT:
        return str(_("%(name)s cannot go on this visit. The secretariat can tell you more.", name=name))
    if barred:
        return str(_("A conflict of interest with the host keeps %(name)s out. You get a letter about it.", name=name))
    return str(
        _("%(name)s is on another visit that day, or has as many reviews in this round as they want.", name=name)
    )


def _offer(visit: Visit, person: Person, by: Actor) -> None:
    """Who is a reviewer of the organisation but was not offered at sign-up is offered from now on."""
    if person.id in roster.offered_by(visit.reviewing_id):
        return
    known = bool(experienced_people([person.id], before_round_id=visit.host.round_id))
    offered = OfferedReviewer(trajectory_id=visit.reviewing_id, person_id=person.id, experienced=known)
    db.session.add(offered)
    db.session.flush()
    audit.record("offered_reviewer.add", offered, by=by, after={"person_id": person.id, "experienced": known})


# --- Before the visit -------------------------------------------------------------------------------------------------


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    tell_unsigned(day, by=by)


def tell_unsigned(day: date, *, by: Actor = SYSTEM) -> int:
    """Tell each lead reviewer, once and a week of work before the visit, who of the team has not signed; how many.

    Those who have to sign are reminded as of any duty with a day.
    """
    near = roster.unsigned_on(day, clock.add_working_days(day, SIGN_BEFORE))
    for visit_id in near:
        with unit_of_work():
            visit = queries.visit_with_names(visit_id)
            audit.record(roster.TOLD_UNSIGNED, visit, by=by)
            letters.tell_unsigned(visit, roster.needs_of_team(visit))
    return len(near)
