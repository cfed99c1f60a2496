"""Signing and proving with ES256 (ECDSA on P-256 with SHA-256, RFC 7518 section 3.4), and keys as JWK (RFC 7517).

The proof of a credential is a compact JWS as Open Badges 3.0 section 8.2 describes it. Signatures are made and checked by
PyJWT; nothing here decides whether what was signed is true.
"""

import base64
import hashlib
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ALGORITHM = "ES256"
LONGEST = 64 * 1024  # letters of a token; ours have about 3,000


class Unreadable(Exception):
    """This is no compact JWS, or no longer a whole one."""


def new_key() -> tuple[dict[str, str], str]:
    """A fresh key pair: the public half as JWK, the private half as PEM, which nobody else may see."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = jwt.algorithms.ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {name: str(made[name]) for name in ("kty", "crv", "x", "y")}, pem


def thumbprint(jwk: dict[str, str]) -> str:
    """The SHA-256 thumbprint of a public key (RFC 7638): 43 letters that name it wherever it is."""
    needed = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(needed.encode()).digest()).rstrip(b"=").decode()


def sign(payload: dict[str, Any], private_pem: str, *, kid: str, typ: str = "JWT") -> str:
    """The compact JWS of this payload. `kid` is an address where the public key is found as JWK."""
    return jwt.encode(payload, private_pem, algorithm=ALGORITHM, headers={"kid": kid, "typ": typ})


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(header, payload) as the token says, proved by nothing yet. Raises Unreadable."""
    if len(token) > LONGEST or token.count(".") != 2:
        raise Unreadable
    try:
        header, payload = (json.loads(_decoded(part)) for part in token.split(".")[:2])
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Unreadable
    return header, payload


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def is_signed_by(token: str, jwk: dict[str, str]) -> bool:
    """Whether the holder of the private half of this key signed exactly this. Says nothing of days or status."""
    try:
        jwt.decode(
            token,
            jwt.PyJWK(jwk, algorithm=ALGORITHM),
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError):
        return False
    return True
