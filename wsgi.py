"""The entry for a server: `granian --interface wsgi wsgi:app`."""

from peerreview import create_app

app = create_app()
