"""The work of each day: every feature hears it, one that fails does not stop the others."""

from peerreview.core import clock, events
from peerreview.core.commands import begin_day


def test_every_feature_that_has_daily_work_hears_that_a_day_began(app):
    heard = {listener.__module__.split(".")[1] for listener in events.listeners_of("day.began")}
    assert heard == {
        "impartiality",
        "marketplace",
        "matching",
        "visits",
        "reviews",
        "fairplay",
        "certificates",
        "credentials",
        "register",
        "deadlines",
    }


def test_daily_work_that_fails_does_not_stop_the_rest(app, monkeypatch):
    done = []

    def fails(day, *, by):
        raise ValueError("no")

    monkeypatch.setitem(events._listeners, "day.began", [fails, lambda day, *, by: done.append(day)])
    assert begin_day(clock.today()) == 1
    assert done == [clock.today()]


def test_the_command_does_it_now_and_twice_does_no_harm(app):
    outputs = [app.test_cli_runner().invoke(args=["daily"]).output for _ in range(2)]
    assert outputs == ["daily: 11 kinds of work done\n"] * 2
