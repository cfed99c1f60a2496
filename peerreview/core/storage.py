"""Files that people bring: kept outside the database under names that say nothing, behind one small interface.

`LocalStorage` keeps them in a folder. A later store (an object store) needs only the same four methods.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Protocol

from flask import current_app


class Storage(Protocol):
    """Where bytes are kept; a key is made by the store and is the only way to them."""

    def put(self, content: bytes) -> str: ...
    def get(self, key: str) -> bytes: ...
    def delete(self, key: str) -> None: ...
    def exists(self, key: str) -> bool: ...


class LocalStorage:
    """A folder on this machine. A file is written beside its place and moved in, so that it is whole or absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        key = secrets.token_hex(20)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_bytes(content)
        half.replace(path)
        return key

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        if len(key) != 40 or not all(c in "0123456789abcdef" for c in key):
            raise ValueError("not a key of this store")
        return self.folder / key[:2] / key


def storage() -> Storage:
    """The store of this application."""
    return LocalStorage(Path(current_app.config["STORAGE_FOLDER"]))


def checksum(content: bytes) -> str:
    """The SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
