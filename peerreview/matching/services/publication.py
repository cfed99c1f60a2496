"""Publishing a rehearsal: all its groups are proposed at once, after a look at what that does; and taking it back.

A rehearsal that adjusts what was published leaves alone what it kept, ends what it broke, and proposes the rest.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, Refused
from peerreview.core.events import announce
from peerreview.impartiality import queries as impartiality
from peerreview.impartiality.lifecycle import Severity
from peerreview.matching import mail, queries, rehearsal, trials
from peerreview.matching.lifecycle import EXCHANGE, MATCHING_RUN, ExchangeState, RunState
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.matching.services.adjustments import kept_and_ended
from peerreview.matching.services.answers import end, parted_by
from peerreview.matching.services.proposals import answer_by, propose_all, refuse_unless_matching
from peerreview.matching.services.searches import begin_searches, partner_day
from peerreview.trajectories.models import Trajectory

Keys = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do now, and what stands in its way.

    `groups` would be proposed, `ends` would end, `kept` stay as they are. Nothing is published while somebody
    `changed` (withdrew, got a partner, was parted) or two who would meet have a soft conflict without a waiver
    (`unwaived`: pairs with its kinds). What was agreed and not `honoured`, and a group against a rule without a reason
    (`against`), need one.
    """

    groups: tuple[dict[str, Any], ...]
    ends: tuple[Exchange, ...]
    kept: int
    changed: tuple[str, ...]
    unwaived: tuple[tuple[Keys, tuple[str, ...]], ...]
    dishonoured: tuple[Keys, ...]
    against: tuple[Keys, ...]

    @property
    def members(self) -> list[int]:
        return [key for group in self.groups for key in group["members"]]

    @property
    def needs_reason(self) -> bool:
        return bool(self.dishonoured or self.against)

    @property
    def possible(self) -> bool:
        return bool(self.groups or self.ends) and not (self.changed or self.unwaived)


def plan_of(run: MatchingRun) -> Plan:
    """What publishing this rehearsal would do as things are now."""
    kept, ended = kept_and_ended(run.settings, run.result["groups"])
    there = {tuple(one["members"]) for one in kept}
    groups = [group for group in run.result["groups"] if trials.lowest_first(group["members"]) not in there]
    ids = {one["exchange"] for one in ended}
    ends = [exchange for exchange in queries.open_exchanges_in(run.round_id) if exchange.id in ids] if ids else []
    gone = {key for one in ended if one["exchange"] not in {e.id for e in ends} for key in one["members"]}
    free = queries.looking_in(run.round_id) | {key for e in ends for key in queries.organisations_in(e)}
    hard, unwaived = _conflicts(groups)
    changed = gone | {key for group in groups for key in group["members"] if key not in free}
    changed |= hard | _parted(run, groups)
    names = {row["key"]: row["name"] for row in run.input}
    return Plan(
        groups=tuple(groups),
        ends=tuple(ends),
        kept=len(kept),
        changed=tuple(sorted(names[key] for key in changed)),
        unwaived=tuple(unwaived),
        dishonoured=tuple(tuple(keys) for keys in run.result.get("dishonoured", ())),
        against=tuple(_unexplained(run, groups)),
    )


def _parted(run: MatchingRun, groups: list[dict[str, Any]]) -> set[int]:
    """Who is to meet somebody from whom it was parted after the rehearsal was made."""
    parted = set(queries.parted_pairs(run.round_id)) - {(here, there) for here, there in run.settings["forbidden"]}
    return {key for group in groups for pair in rehearsal.pairs_of(group["members"]) if pair in parted for key in pair}


def _conflicts(groups: list[dict[str, Any]]) -> tuple[set[int], list[tuple[Keys, tuple[str, ...]]]]:
    """Who has a hard conflict of interest that the rehearsal did not know, and the soft ones that were not waived."""
    hard: set[int] = set()
    unwaived: list[tuple[Keys, tuple[str, ...]]] = []
    standing = impartiality.between([key for group in groups for key in group["members"]], clock.today())
    for leg in (leg for group in groups for leg in group["legs"]):
        pair = (min(leg["reviewer"], leg["host"]), max(leg["reviewer"], leg["host"]))
        found = standing.pop(pair, ())
        known = {kind for block in leg["blocks"] for kind in block["params"].get("kinds", ())}
        if any(each.severity == Severity.HARD and each.kind.value not in known for each in found):
            hard |= set(pair)
        if soft := tuple(sorted(e.kind.value for e in found if e.severity == Severity.SOFT and not e.waived)):
            unwaived.append((pair, soft))
    return hard, unwaived


def _unexplained(run: MatchingRun, groups: list[dict[str, Any]]) -> Iterator[Keys]:
    """The groups that break a rule, and of which nobody has said why."""
    explained = {trials.lowest_first(each["members"]) for each in run.settings.get("overrides", ())}
    for group in groups:
        members = trials.lowest_first(group["members"])
        if members not in explained and any(leg["blocks"] for leg in group["legs"]):
            yield members


def neutral_reason() -> str:
    """What members read by default about an exchange that ends for the sake of the whole."""
    return str(_("The secretariat made a new arrangement, so that everybody in this round finds a partner."))


def _left_over(run: MatchingRun, plan: Plan) -> list[Trajectory]:
    """Who was in this rehearsal, has no partner, and gets none by publishing it."""
    there = {row["key"] for row in run.input} - set(plan.members)
    return [each for each in queries.without_partner(run.round_id) if each.organisation_id in there]


def _not_promised(left: list[Trajectory]) -> list[Trajectory]:
    """Those of them to whom no partner was promised yet."""
    promised = {search.trajectory_id for search in queries.open_searches()}
    return [each for each in left if each.id not in promised]


def letters_of(run: MatchingRun, plan: Plan, told: str) -> list[tuple[int, list[mail.Draft]]]:
    """The letters of publishing, as they would be written now: by organisation, those of an ending first."""
    ending = {key for exchange in plan.ends for key in queries.organisations_in(exchange)}
    left = _not_promised(_left_over(run, plan))
    signers = queries.signers_in({*plan.members, *ending, *(each.organisation_id for each in left)})
    names = {row["key"]: row["name"] for row in run.input}
    written: dict[int, list[mail.Draft]] = {}
    for exchange in plan.ends:
        for key in queries.organisations_in(exchange):
            until = None if key in plan.members else partner_day(run.round)
            drafts = mail.dissolved(
                signers.get(key, []), mail.named(exchange.members), told, exchange.id, partner_by=until
            )
            written.setdefault(key, []).extend(drafts)
    for one in left:
        written[one.organisation_id] = list(
            mail.searching(signers.get(one.organisation_id, []), partner_day(run.round))
        )
    for group in plan.groups:
        for number, key in enumerate(group["members"]):
            around = (*group["members"][number + 1 :], *group["members"][:number])
            partners = [names[other] for other in around]
            drafts = mail.proposed(signers.get(key, []), partners, answer_by(run.round), "…")
            written.setdefault(key, []).extend(drafts)
    return sorted(written.items(), key=lambda item: names[item[0]].casefold())


def publish(run: MatchingRun, *, by: Actor, reason: str = "", told: str = "") -> list[Exchange]:
    """Propose each group of this rehearsal to its members, with its reasons, and write to them.

    Published once, however often it is asked: then the exchanges that stand of it. One that adjusts ends what it broke,
    for which the members read `told`, and writes nothing to who keeps its partner. `reason` says why what was agreed is
    not honoured or why a group breaks a rule. Raises NotNow while signing up is still open or when the rehearsal was
    thrown away; Refused, with their names, when something changed meanwhile or a waiver lacks, or when there is
    nothing to publish; Invalid without a reason that is needed.
    """
    with unit_of_work():
        queries.wait_for_turn(run.round_id)
        run = queries.run_of(run.id)
        if run.state == RunState.PUBLISHED:
            return queries.exchanges_of_run(run)
        if not MATCHING_RUN.can(run.state, "publish"):
            raise NotNow(_("This rehearsal is over or not ready, so it is not published."))
        refuse_unless_matching(run.round)
        plan = plan_of(run)
        _refuse_impossible(run, plan, reason)
        audit.change_state(run, MATCHING_RUN, "publish", by=by, reason=reason.strip())
        run.published_at = clock.now()
        _note_set_aside(run, plan, by=by)
        for exchange in plan.ends:
            _end(exchange, told.strip() or neutral_reason(), placed=plan.members, by=by)
        db.session.flush()  # so that nobody has two places at once
        rows = {row["key"]: row for row in run.input}
        begin_searches(run.round, _left_over(run, plan), by)
        made = propose_all(run.round, plan.groups, rows, by=by, run=run)
        _explain_overrides(run, plan, made, reason.strip())
        return made


def _refuse_impossible(run: MatchingRun, plan: Plan, reason: str) -> None:
    if not (plan.groups or plan.ends):
        raise Refused(_("There is no group to publish."))
    if plan.changed:
        names = ", ".join(plan.changed)
        raise Refused(_("Something changed since this rehearsal for: %(names)s. Make a new one.", names=names))
    if plan.unwaived:
        called = {row["key"]: row["name"] for row in run.input}
        pairs = "; ".join(", ".join(called[key] for key in pair) for pair, _kinds in plan.unwaived)
        raise Refused(_("A conflict of interest has no waiver: %(names)s.", names=pairs))
    if plan.needs_reason and not reason.strip():
        raise Invalid(_("Write down why you publish it all the same."), ["reason"])


def _note_set_aside(run: MatchingRun, plan: Plan, *, by: Actor) -> None:
    """For the trail: which agreements and rules the reason of this publication is about."""
    if plan.needs_reason:
        about = {"agreed": plan.dishonoured, "against_rules": plan.against}
        audit.record("matching_run.set_aside", run, by=by, after=about)


def _explain_overrides(run: MatchingRun, plan: Plan, made: list[Exchange], reason: str) -> None:
    """Keep with each exchange that breaks a rule why that is so; only the secretariat reads it."""
    why = {trials.lowest_first(each["members"]): each["reason"] for each in run.settings.get("overrides", ())}
    why |= dict.fromkeys(plan.against, reason)
    for exchange, group in zip(made, plan.groups, strict=True):
        if said := why.get(trials.lowest_first(group["members"])):
            exchange.explanation = exchange.explanation | {"by_hand": said}


def _end(exchange: Exchange, told: str, *, placed: Collection[int], by: Actor) -> None:
    """End one that was published; after an objection who objected does not meet the others again."""
    exchange = queries.exchange_of(exchange.id)
    parted = parted_by(exchange) if queries.is_objected(exchange) else []
    end(exchange, told, by=by, parted=parted, placed=placed)


# --- Back ------------------------------------------------------------------------------------------------------------


def may_retract(run: MatchingRun) -> bool:
    """Whether it can be taken back as far as the rehearsal goes: not when it ended what was published before."""
    if run.state != RunState.PUBLISHED:
        return False
    return not kept_and_ended(run.settings, run.result["groups"])[1]


def retract(run: MatchingRun, *, reason: str, by: Actor) -> None:
    """Take a publication back, until the first answer: its proposals end and it is a rehearsal again.

    Letters that did not leave yet are not sent; who read one gets one that says it was taken back. Nobody is kept apart
    by it, and it can be published again. Raises Invalid without a reason, NotNow after an answer, with the names of who
    answered, or when it ended exchanges that were published before.
    """
    if not reason.strip():
        raise Invalid(_("Write down why you take it back."), ["reason"])
    with unit_of_work():
        queries.wait_for_turn(run.round_id)
        run = queries.run_of(run.id)
        if run.state == RunState.REHEARSED:
            return
        _refuse_unless_retractable(run)
        for exchange in queries.exchanges_of_run(run):
            _retract(queries.exchange_of(exchange.id), reason.strip(), by=by)
        audit.change_state(run, MATCHING_RUN, "retract", by=by, reason=reason.strip())
        run.published_at = None


def _refuse_unless_retractable(run: MatchingRun) -> None:
    if not MATCHING_RUN.can(run.state, "retract"):
        raise NotNow(_("This rehearsal was not published."))
    if not may_retract(run):
        raise NotNow(_("This publication ended exchanges that were published before, so it stays."))
    if answered := queries.answered_of_run(run.id):
        raise NotNow(_("Taking it back is over: %(names)s answered.", names=", ".join(answered)))


def _retract(exchange: Exchange, reason: str, *, by: Actor) -> None:
    if exchange.state != ExchangeState.PROPOSED:
        raise NotNow(_("Taking it back is over: an exchange of it has begun."))
    audit.change_state(exchange, EXCHANGE, "retract", by=by, reason=reason)
    for member in exchange.members:
        member.standing = False
    written = set(mail.take_back(exchange))
    signers = queries.signers_in(queries.organisations_in(exchange))
    people = [person for found in signers.values() for person in found if person.email in written]
    mail.tell_retracted(exchange, people)
    announce("exchange.retracted", exchange, by=by)
