"""A knock on the worker's door: what was just committed is waiting. Carried by huey, in a file of its own or in Redis.

The rows are the truth; a knock only saves waiting for the worker's next look. One that is lost, doubled or late changes
nothing else, so it names no row, it never keeps an act from being done, and the file may be deleted at any time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import Huey, MemoryHuey, PriorityRedisHuey, SqliteHuey
from redis import ConnectionPool

from peerreview.core.db import after_commit

LETTERS, WORK = "letters", "work"
PATIENCE = 0.5  # seconds that a page gives to a knock when the file or Redis is busy or gone


class Door:
    """Where one kind of worker is knocked for; every process of the site has one of each kind."""

    def __init__(self, app: Flask, kind: str) -> None:
        self.kind, self.log = kind, app.logger
        self.redis, self.file = str(app.config["REDIS_URL"]), str(app.config["WORKER_FILE"])
        self._huey: Huey | None = None
        self._file_was: tuple[int, int] | None = None
        self._heard = True

    def knock(self) -> None:
        """Let a worker look at once; when that cannot be told, it looks by itself a little later."""
        self._try(lambda: self._waiting())

    def answer(self) -> bool:
        """Whether somebody knocked since the last time: one look answers every knock before it."""
        return bool(self._try(self._take_all))

    def _take_all(self) -> bool:
        if not self._open().pending_count():
            return False
        self._open().storage.flush_queue()
        return True

    def _open(self) -> Huey:
        """Opened when first needed, so that a site starts without Redis, and anew when the file is another one."""
        if self._huey is None or self._file_was != self._file_is():
            self._huey = self._make()
            self._waiting = self._huey.task()(waiting)
            self._file_was = self._file_is()
        return self._huey

    def _make(self) -> Huey:
        if self.redis:
            pool = ConnectionPool.from_url(self.redis, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            return PriorityRedisHuey(self.kind, results=False, connection_pool=pool, blocking=False)
        if not self.file:
            return MemoryHuey(self.kind, results=False)
        Path(self.file).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(self.kind, results=False, filename=self.file, timeout=PATIENCE, cache_mb=0)

    def _file_is(self) -> tuple[int, int] | None:
        if self.redis or not self.file or not Path(self.file).exists():
            return None
        found = Path(self.file).stat()
        return found.st_dev, found.st_ino

    def _try(self, act: Callable[[], Any]) -> Any:
        """Do it, if need be on a connection made anew; that it cannot be done is said once."""
        for again in (True, False):
            try:
                self._open()
                done = act()
            except Exception as error:
                self._huey = None
                if not again and self._heard:
                    self.log.warning("no knock reaches the worker, which looks every few seconds: %s", error)
                    self._heard = False
            else:
                self._heard = True
                return done
        return None


def waiting() -> None:
    """The task that huey carries; what is waiting stands in the database."""


def init_app(app: Flask) -> None:
    app.extensions["doors"] = {kind: Door(app, kind) for kind in (LETTERS, WORK)}


def door(kind: str) -> Door:
    found: Door = current_app.extensions["doors"][kind]
    return found


def knock_after_commit(kind: str) -> None:
    """Knock when the act that is running has been committed: once, however often it asks."""
    after_commit(kind, door(kind).knock)
