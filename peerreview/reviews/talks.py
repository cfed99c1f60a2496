"""Which talk of a visit's programme somebody is in now."""

from collections.abc import Sequence
from datetime import datetime

from peerreview.programmes.items import Item


def talk_now(items: Sequence[Item], person_id: int | None, moment: datetime) -> Item | None:
    """The item that this person is in at this moment, else their next one, else their last; None without a programme.

    Their own are those that name them or nobody; who is at none of them is asked about all.
    """
    own = [item for item in items if not item.people or person_id in item.people] or list(items)
    running = [item for item in own if item.starts_at <= moment < item.ends_at]
    coming = [item for item in own if item.starts_at > moment]
    return running[-1] if running else coming[0] if coming else own[-1] if own else None
