"""The school holidays that calendars show; the secretariat keeps the list."""

from typing import Any

from flask import url_for

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import HolidayForm
from peerreview.visits.lifecycle import Region
from peerreview.visits.models import SchoolHoliday
from peerreview.visits.routes.blueprint import bp


@bp.get("/school-holidays")
@requires(policy.may_keep_holidays)
def list_holidays() -> Any:
    return _list_holidays(HolidayForm(action=url_for("visits.add_holiday")))


def _list_holidays(form: HolidayForm, status: int = 200) -> Any:
    return page(
        "visits/holidays.html",
        regions=queries.by_region(queries.school_holidays(clock.today())),
        form=form,
        words=words,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/school-holidays")
@requires(policy.may_keep_holidays)
def add_holiday() -> Any:
    form = HolidayForm()
    if form.validate_on_submit():
        region, first, last = Region(form.region.data), form.first_on.data, form.last_on.data
        try:
            services.add_school_holiday(region, name=form.name.data, first_on=first, last_on=last, by=the_actor())
            return done(url_for("visits.list_holidays"))
        except Invalid as wrong:
            form.last_on.errors = [wrong.message]
    return _list_holidays(form, 422)


@bp.post("/school-holidays/published")
@requires(policy.may_keep_holidays)
def load_holidays() -> Any:
    services.load_school_holidays(by=the_actor())
    return done(url_for("visits.list_holidays"))


@bp.post("/school-holidays/<int:holiday_id>/removal")
@requires(policy.may_keep_holidays, queries.holiday_for)
def remove_holiday(holiday: SchoolHoliday) -> Any:
    services.remove_school_holiday(holiday, by=the_actor())
    return done(url_for("visits.list_holidays"))
