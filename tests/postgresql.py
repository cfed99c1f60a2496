"""A PostgreSQL server for one run of the tests: made in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

# Speed instead of safety: a crash may lose everything, and nothing of it is worth keeping.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=1GB", "jit=off")

# The shell that starts the server waits for the end of its input, which comes when pytest ends, in whatever way: so the
# server goes and cleans up even after a `kill -9`.
GUARD = 'folder=$1; shift; "$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"; rm -rf "$folder"'


def binaries() -> Path | None:
    """The folder with initdb and postgres, or None: on PATH, told by pg_config, or the newest that Debian has."""
    if told := shutil.which("pg_config"):
        bindir = subprocess.run([told, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        if (Path(bindir) / "initdb").exists():
            return Path(bindir)
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return folders[-1].parent if folders else None


@dataclass
class Cluster:
    """A running server, reached only through a socket in its own folder: no port to find, nobody else comes in."""

    folder: Path
    server: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Without the name of a database, which stands before the question mark."""
        return f"postgresql://postgres@/?host={self.folder}"

    @property
    def version(self) -> str:
        with psycopg.connect(f"{self.url}&dbname=postgres") as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"

    @classmethod
    def start(cls, *, fast: bool = True) -> Self:
        """A server of its own; without `fast` it writes each commit to the disk, as a real one does."""
        where = binaries()
        if where is None:
            raise SystemExit("PostgreSQL is not on this machine: no initdb on PATH or in /usr/lib/postgresql")
        folder = Path(tempfile.mkdtemp(prefix="peerreview-postgresql-", dir=_in_memory() if fast else None))
        who = _not_root(folder)
        subprocess.run(
            [where / "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
             "--pgdata", folder / "data"],
            check=True, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip
        options = [word for setting in (FAST if fast else ()) for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "guard", folder,
                 where / "postgres", "-D", folder / "data", "-k", folder, "-h", "", *options],
                stdout=log, stderr=log, stdin=subprocess.PIPE, start_new_session=True, **who,
            )  # fmt: skip
        self = cls(folder, server)
        self._wait()
        return self

    def _wait(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while self.server.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(f"{self.url}&dbname=postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self.folder / "log").read_text()
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")

    def stop(self) -> None:
        """End the server that we started, by a fast shutdown, and remove what it wrote."""
        assert self.server.stdin
        self.server.stdin.close()
        self.server.wait(timeout=30)


def _in_memory() -> str | None:
    """A folder that is memory and has room for a gigabyte, or None: a thousand small files come and go faster there."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2**30
    return str(shared) if roomy else None


def _not_root(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root; as root we run it as `postgres`, or as `nobody` where that is not known."""
    if os.getuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": folder}
