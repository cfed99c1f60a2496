"""A framework version is a draft until it is published; then it never changes."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


FRAMEWORK_VERSION = Lifecycle(
    "framework_version", VersionState, Move("publish", {VersionState.DRAFT}, VersionState.PUBLISHED)
)
