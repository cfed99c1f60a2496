"""Every day that an appeal or a complaint knows, in one place. The time to lodge an appeal is a rule of the round."""

from dataclasses import dataclass
from datetime import date, timedelta

from peerreview.core import clock

PANEL = 3  # people


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each step takes: working days, unless the name says otherwise."""

    admissible_within: int = 10
    answer_seat_within: int = 5
    decide_within: int = 30
    acknowledge_within: int = 5
    answer_complaint_calendar_days: int = 42


CLOCKS = Clocks()


def admissible_by(lodged_on: date) -> date:
    """The last day on which the secretariat says whether an appeal is taken up."""
    return clock.add_working_days(lodged_on, CLOCKS.admissible_within)


def seat_answer_by(asked_on: date) -> date:
    """The day by which somebody who was asked for a panel says whether they sit."""
    return clock.add_working_days(asked_on, CLOCKS.answer_seat_within)


def decide_by(admitted_on: date) -> date:
    """The day by which the panel decides."""
    return clock.add_working_days(admitted_on, CLOCKS.decide_within)


def acknowledge_by(received_on: date) -> date:
    """The day by which who complained hears that the complaint came in and who handles it."""
    return clock.add_working_days(received_on, CLOCKS.acknowledge_within)


def answer_by(received_on: date) -> date:
    """The last day to answer a complaint: six weeks, weekends counted."""
    return received_on + timedelta(days=CLOCKS.answer_complaint_calendar_days)
