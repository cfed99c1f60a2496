"""What a credential is about."""

from enum import StrEnum


class CredentialKind(StrEnum):
    CERTIFICATE = "certificate"
    REVIEWER = "reviewer"
