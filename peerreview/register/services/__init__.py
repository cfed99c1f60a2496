"""What is done in the register: pages that organisations write about themselves, and following."""

from peerreview.register.services.following import (
    ask_to_follow,
    confirm_following,
    forget_followers,
    stop_following,
    tell_followers,
)
from peerreview.register.services.pages import hide_page, publish_page, restore_page, save_page

__all__ = [
    "ask_to_follow", "confirm_following", "forget_followers", "hide_page", "publish_page", "restore_page", "save_page",
    "stop_following", "tell_followers",
]  # fmt: skip
