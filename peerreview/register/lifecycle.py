"""The states of an organisation's own page in the register, and of following."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class PageState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


P = PageState
PUBLIC_PAGE = Lifecycle(
    "public_page",
    PageState,
    Move("publish", {P.DRAFT}, P.PUBLISHED),
    Move("hide", {P.PUBLISHED}, P.DRAFT),
)


class FollowerState(StrEnum):
    """A follower confirms their address by a link, and stops by another one."""

    ASKED = "asked"
    FOLLOWING = "following"
    STOPPED = "stopped"


F = FollowerState
FOLLOWER = Lifecycle(
    "follower",
    FollowerState,
    Move("confirm", {F.ASKED, F.STOPPED}, F.FOLLOWING),
    Move("stop", {F.ASKED, F.FOLLOWING}, F.STOPPED),
)
