"""Looking around on the marketplace."""

from typing import Any

from peerreview.core.access import requires
from peerreview.core.pages import page
from peerreview.marketplace import policy
from peerreview.marketplace.routes.blueprint import bp


@bp.get("/marketplace")
@requires(policy.may_look)
def list_offers() -> Any:
    return page("marketplace/list.html")
