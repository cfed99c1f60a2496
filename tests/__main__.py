"""`make test` and `make check`: style and types, then every test on SQLite and again on PostgreSQL.

Chromium and PostgreSQL are looked for on this machine and, where that may be done, fetched. A developer without them
hears in one line what is left out; in CI (CI=true) that is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser import NAMES, chromium
from tests.postgresql import binaries

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CI = os.environ.get("CI", "").lower() in ("1", "true")

CHECKS = {
    "style (ruff)": [BIN / "ruff", "check", "--quiet"],
    "layout (ruff)": [BIN / "ruff", "format", "--check", "--quiet"],
    "templates (djlint)": [BIN / "djlint", "templates", "--lint", "--quiet"],
}
# The browser without its windows first: it does the same with two thirds of the work. Not every machine has it.
PACKAGES = [
    ("chromium-headless-shell", lambda: chromium() is None),
    ("chromium", lambda: chromium() is None),
    ("postgresql", lambda: CI and binaries() is None),
]
# Worksteal: one worker takes over what another has not begun, for a test in a browser lasts a hundred others.
PYTEST = [sys.executable, "-m", "pytest", "-q", "--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal"]


def main() -> int:
    failed = [name for name, words in CHECKS.items() if not run(name, words)]
    # Types take long on one core and say nothing meanwhile: the tests need not wait for them.
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen([BIN / "mypy"], cwd=ROOT, **piped) as types:
        if "--check" not in sys.argv:
            failed += tests()
        said, _ = types.communicate()
    print(f"types (mypy) ...\n{said.strip()}", flush=True)  # noqa: T201
    if types.returncode:
        failed.append("types (mypy)")
    print(f"Failed: {', '.join(failed)}." if failed else "Everything is right.", flush=True)  # noqa: T201
    return 1 if failed else 0


def tests() -> list[str]:
    """Run the tests on both databases; the names of what failed or, in CI, was missing."""
    failed = []
    fetch()
    with_browser, with_postgresql = chromium() is not None, binaries() is not None
    if not with_browser:
        failed += left_out(f"the tests in a browser: no {', '.join(NAMES)}, and no CHROMIUM")
    if not run("tests on SQLite", PYTEST + ([] if with_browser else ["-m", "not browser"])):
        failed.append("tests on SQLite")
    if not with_postgresql:
        return failed + left_out("the tests on PostgreSQL: no initdb on PATH or in /usr/lib/postgresql")
    # What needs no database, what the browser does with it, and what thousands of pages tell, is the same on both.
    again = [*PYTEST, "-m", "database and not browser and not twin_worlds"]
    if not run("tests on PostgreSQL", again, PEERREVIEW_TEST_DATABASE="postgresql"):
        failed.append("tests on PostgreSQL")
    return failed


def run(name: str, words: list[str | Path], **environment: str) -> bool:
    print(f"{name} ...", flush=True)  # noqa: T201
    # Many programs are started; each reads what the first has compiled, also where somebody switched that off.
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | environment
    return subprocess.run(words, cwd=ROOT, env=settings, check=False).returncode == 0


def left_out(what: str) -> list[str]:
    print(f"Left out {what}.", flush=True)  # noqa: T201
    return [what.split(":")[0]] if CI else []


def fetch() -> None:
    """Install Debian's packages of what is missing, where we may: always for a browser, in CI also for PostgreSQL."""
    if not shutil.which("apt-get"):
        return
    before = [] if os.getuid() == 0 else ["sudo", "-n"]
    if before and (not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode):
        return
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    updated = False
    for package, is_missing in PACKAGES:
        if not is_missing():
            continue
        print(f"machine: install {package} ...", flush=True)  # noqa: T201
        if not updated:
            subprocess.run([*before, "apt-get", "update", "-qq"], check=False, **quiet)
            updated = True
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        subprocess.run([*before, *install], check=False, **quiet)


if __name__ == "__main__":
    sys.exit(main())
