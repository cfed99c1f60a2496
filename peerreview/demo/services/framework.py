"""The framework of the demo: the example that comes with the product, imported and published as any other."""

from pathlib import Path

from sqlalchemy import select

from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.frameworks.lifecycle import VersionState
from peerreview.frameworks.models import FrameworkVersion
from peerreview.frameworks.services import import_framework, publish

EXAMPLE = Path(__file__).parent.parent / "framework-sociaal-werk.json"


def demo_framework() -> FrameworkVersion:
    """The published example version, imported if it was not yet."""
    known = select(FrameworkVersion).where(FrameworkVersion.state == VersionState.PUBLISHED)
    version = db.session.scalars(known.order_by(FrameworkVersion.id)).first()
    if version is None:
        version = import_framework(EXAMPLE.read_bytes(), by=SYSTEM)
        publish(version, by=SYSTEM)
    return version
