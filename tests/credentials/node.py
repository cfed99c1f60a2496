"""Runs a script of Node.js, which checks our credentials with code that is not ours."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def node(script: str, given: dict[str, Any]) -> Any:
    """What the script of this folder writes when it is given this. Fails, never skips, where it cannot run."""
    program = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv" / "bin"))
    if program is None or not (ROOT / "node_modules" / "jose").is_dir():
        pytest.fail("Credentials are checked by Node.js with packages of npm: `make test` installs both.")
    here = Path(__file__).parent / script
    ran = subprocess.run(
        [program, str(here)], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
