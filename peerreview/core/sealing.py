"""What lies in the database and may be read by the application alone, such as a private key.

Encrypted and signed with a key derived from the application's secret (HKDF-SHA-256, RFC 5869; Fernet), so that a copy of
the database without the secret gives nothing away. Whoever changes the secret loses what was sealed.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


def _fernet(purpose: str) -> Fernet:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    derived = HKDF(SHA256(), length=32, salt=None, info=f"peerreview:{purpose}".encode()).derive(secret)
    return Fernet(urlsafe_b64encode(derived))


def sealed(text: str, *, purpose: str) -> str:
    """The text as it may be kept; each purpose has a key of its own."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def opened(text: str, *, purpose: str) -> str | None:
    """The text that was sealed, or None when it was sealed with another secret, or changed since."""
    try:
        return _fernet(purpose).decrypt(text.encode()).decode()
    except InvalidToken:
        return None
