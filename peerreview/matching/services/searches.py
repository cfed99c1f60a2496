"""Searches: who lost its partner or got none hears by which day the secretariat has one for it.

A search is open as long as its organisation has no exchange (`queries.still_searching`); it is over when an exchange is
confirmed or the organisation withdraws. The day is a promise: only the secretariat moves it, with a reason that the
organisation reads.
"""

from collections.abc import Collection, Iterable
from datetime import date

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.events import on
from peerreview.matching import mail, policy, queries
from peerreview.matching.models import Exchange, PartnerSearch
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory


def partner_day(round_: Round) -> date:
    """By which day the secretariat has a partner for who loses its own today."""
    return clock.add_working_days(clock.today(), round_.rules.partner_within)


def begin_search(trajectory: Trajectory, *, partner_by: date, by: Actor) -> PartnerSearch:
    """Promise this organisation a partner by that day; an earlier promise to it is replaced. It is told by the caller."""
    with unit_of_work():
        search = queries.search_of(trajectory.id) or PartnerSearch(trajectory_id=trajectory.id)
        search.partner_by, search.began_at, search.note = partner_by, clock.now(), ""
        db.session.add(search)
        db.session.flush()
        audit.record("partner_search.begin", search, by=by, after=_named(search, trajectory))
    return search


def begin_searches(round_: Round, trajectories: Iterable[Trajectory], by: Actor) -> list[PartnerSearch]:
    """Promise those who are left without a partner one, and write to them; whom one was promised keeps its day.

    Passed over is who takes no part any more, or needs no partner. The searches that began.
    """
    began = []
    with unit_of_work():
        for trajectory in trajectories:
            if not queries.needs_partner(trajectory) or queries.open_search_of(trajectory.id):
                continue
            began.append(begin_search(trajectory, partner_by=partner_day(round_), by=by))
            mail.tell_searching(began[-1], trajectory.organisation_id)
    return began


def search_again_for(exchange: Exchange, *, but: Collection[int], by: Actor) -> dict[int, date]:
    """Promise each member of an exchange that ends and that still needs a partner another one; not the organisations `but`.

    The day by trajectory, for the letter that says that it ends.
    """
    until = partner_day(exchange.round)
    left = [m.trajectory for m in exchange.members if queries.needs_partner(m.trajectory)]
    left = [each for each in left if each.organisation_id not in but]
    return {each.id: begin_search(each, partner_by=until, by=by).partner_by for each in left}


def end_search(trajectory_id: int, *, by: Actor) -> None:
    """The promise is kept or no longer needed; without one nothing happens."""
    with unit_of_work():
        if search := queries.search_of(trajectory_id):
            audit.record("partner_search.end", search, by=by, before=_named(search, search.trajectory))
            db.session.delete(search)


def _named(search: PartnerSearch, trajectory: Trajectory) -> dict[str, object]:
    return {"partner_by": search.partner_by, "organisation": trajectory.organisation_id}


def move_search(search: PartnerSearch, *, partner_by: date, reason: str, by: Actor, version: int | None = None) -> None:
    """Promise another day, for a reason that the organisation reads in a letter and on its page.

    The same day again changes nothing. Raises Invalid without a reason or for a day that is past, NotNow when a partner
    was proposed meanwhile, StaleVersion when a colleague moved it after `version`.
    """
    if not policy.may_match(by):
        raise NotAllowed(_("Only the secretariat promises another day."))
    if not reason.strip():
        raise Invalid(_("Write the reason down: the organisation reads it."), ["reason"])
    if partner_by < clock.today():
        raise Invalid(_("Choose today or a later day."), ["on"])
    with unit_of_work():
        found = queries.search_for(by, search.id)
        if found is None:
            raise NotNow(_("This organisation has a partner or a proposal now."))
        if version is not None and found.version != version:
            raise StaleVersion(_("A colleague promised another day just before you."), theirs=found.partner_by)
        if found.partner_by == partner_by:
            return
        before, found.partner_by, found.note = found.partner_by, partner_by, reason.strip()
        audit.record(
            "partner_search.move", found, by=by, reason=reason.strip(), before={"partner_by": before},
            after=_named(found, found.trajectory),
        )  # fmt: skip
        mail.tell_search_moved(found, found.trajectory.organisation_id)


# --- What happens to others ------------------------------------------------------------------------------------------


@on("exchange.confirmed")
def _kept(exchange: Exchange, *, by: Actor) -> None:
    for member in queries.exchange_of(exchange.id).members:
        end_search(member.trajectory_id, by=by)


@on("trajectory.withdrawn")
def _left(trajectory: Trajectory, *, by: Actor) -> None:
    end_search(trajectory.id, by=by)


@on("trajectory.resumed")
def _goes_on(trajectory: Trajectory, *, by: Actor) -> None:
    """Who paused without a partner is promised one from the day on which it goes on."""
    if not queries.needs_partner(trajectory) or not queries.lost_partner(trajectory.id):
        return
    with unit_of_work():
        round_ = db.session.get_one(Round, trajectory.round_id)
        mail.tell_searching(begin_search(trajectory, partner_by=partner_day(round_), by=by), trajectory.organisation_id)
