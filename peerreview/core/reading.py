"""The text of a PDF that a stranger sends, read without trusting it.

A PDF can be made to unpack without end or to lead its reader in circles, so it is read in a child process that is held
to so much memory and so many seconds, and that knows nothing of the application.
"""

import logging
import subprocess
import sys
from io import BytesIO

SECONDS = 6
BYTES = 400 * 1024 * 1024  # that the child may hold: far more than a certificate needs
PAGES = 3  # a certificate has one
LETTERS = 20_000


def text_of_pdf(content: bytes) -> str | None:
    """The words of its first pages; None when it cannot be read within these limits, for whatever reason."""
    command = [sys.executable, "-I", "-X", "utf8", __file__]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        return None
    return None if child.returncode else child.stdout[: 4 * LETTERS].decode(errors="replace")[:LETTERS]


def main() -> int:
    """Runs in the child."""
    import resource  # there is none on Windows, where only the seconds hold it

    for kind, most in ((resource.RLIMIT_AS, BYTES), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_NOFILE, 64)):
        resource.setrlimit(kind, (most, most))
    from pypdf import PdfReader  # only the child pays for loading it

    logging.disable()
    reader = PdfReader(BytesIO(sys.stdin.buffer.read()), strict=False)
    for page in reader.pages[:PAGES]:
        sys.stdout.write(page.extract_text() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
