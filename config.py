"""Every setting of the application, read from the environment here and nowhere else.

One class per environment. `settings()` picks the class by PEERREVIEW_ENV (development, testing, production) and fails
with a plain list of what is missing or wrong, so that production never starts half configured.
"""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """What every environment has; a variable's name is the field's name in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    environment: str = "development"
    secret_key: str = "development-only"
    security_password_salt: str = "development-only"
    security_totp_secret: str = "development-only-totp-secret-000"
    recovery_codes_key: str = ""
    database_url: str = f"sqlite:///{ROOT / 'instance' / 'peerreview.sqlite'}"
    storage_folder: Path = ROOT / "instance" / "files"
    mail_server: str = "127.0.0.1"
    mail_port: int = 25
    mail_use_tls: bool = False
    mail_username: str | None = None
    mail_password: str | None = None
    mail_sender: str = "Onderling <label@onderling.example>"
    mail_transport: str = Field("development", pattern="^(development|smtp)$")
    base_url: str = ""
    listen_on: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    web_processes: int = Field(2, ge=1)
    trusted_proxies: int = Field(0, ge=0, le=5)
    ratelimit_storage_url: str = "memory://"
    ratelimit_enabled: bool = True
    second_factor_required: bool = False
    max_upload_bytes: int = 25 * 1024 * 1024
    session_hours: int = Field(12, ge=1)
    redis_url: str = Field("", pattern="^(rediss?://.+|unix://.+)?$")
    worker_file: str = str(ROOT / "instance" / "worker.sqlite")
    work_at_once_seconds: float = Field(2.0, ge=0)
    product_name: str = "Onderling"
    label_name: str = "Kwaliteitslabel sociaal werk (voorbeeld)"
    label_short: str = "OND"
    label_mark: str = "mark.svg"
    label_colour_we: str = Field("", pattern="^(#[0-9a-fA-F]{6})?$")
    label_colour_partner: str = Field("", pattern="^(#[0-9a-fA-F]{6})?$")
    association_name: str = "Branchevereniging sociaal werk (voorbeeld)"
    association_phone: str = "030 000 00 00"
    association_email: str = "label@onderling.example"

    @model_validator(mode="after")
    def _know_own_address(self) -> Self:
        """Links in letters start with the address; without one it is this machine (production names its own)."""
        self.base_url = self.base_url.rstrip("/") or f"http://127.0.0.1:{self.port}"
        return self

    @property
    def development(self) -> bool:
        return self.environment == "development"

    def flask(self) -> dict[str, Any]:
        """The mapping for `app.config`: our own fields in capitals, then what the extensions want to hear."""
        own = {name.upper(): value for name, value in self.model_dump().items()}
        return own | {
            "SETTINGS": self,
            "DEBUG": False,
            "TESTING": self.environment == "testing",
            "SQLALCHEMY_DATABASE_URI": database_uri(self.database_url),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.base_url.startswith("https://"),
            "SESSION_COOKIE_NAME": "session",
            "PERMANENT_SESSION_LIFETIME": self.session_hours * 3600,
            "REMEMBER_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": self.base_url.startswith("https://"),
            "WTF_CSRF_TIME_LIMIT": None,
            "MAX_CONTENT_LENGTH": self.max_upload_bytes + 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 16 * 1024 * 1024,
            "MAX_FORM_PARTS": 2000,
            "MAIL_DEFAULT_SENDER": self.mail_sender,
            "RATELIMIT_STORAGE_URI": self.ratelimit_storage_url,
            "RATELIMIT_HEADERS_ENABLED": False,
            "BABEL_DEFAULT_LOCALE": "nl",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
        }


class Development(Settings):
    environment: str = "development"


class Testing(Settings):
    environment: str = "testing"
    database_url: str = "sqlite:///:memory:"
    worker_file: str = ""
    ratelimit_enabled: bool = False


class Production(Settings):
    """Has no defaults for its secrets, so that a forgotten one stops the start."""

    environment: str = "production"
    secret_key: str = Field(min_length=32)
    security_password_salt: str = Field(min_length=16)
    security_totp_secret: str = Field(min_length=32)
    recovery_codes_key: str = Field(min_length=32)
    base_url: str = Field(pattern="^https://")
    mail_server: str
    mail_transport: str = Field("smtp", pattern="^smtp$")
    second_factor_required: bool = True


ENVIRONMENTS: dict[str, type[Settings]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def database_uri(url: str) -> str:
    """The address as SQLAlchemy wants it: PostgreSQL always through psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def settings(environment: str | None = None, **overrides: Any) -> Settings:
    """Read the settings of this environment; a wrong or missing one ends the program with its name and why."""
    name = environment or os.environ.get("PEERREVIEW_ENV", "development")
    if name not in ENVIRONMENTS:
        raise SystemExit(f"PEERREVIEW_ENV is {name!r}; it must be one of {', '.join(ENVIRONMENTS)}.")
    try:
        return ENVIRONMENTS[name](**overrides)
    except ValidationError as wrong:
        lines = [f"  {'.'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in wrong.errors()]
        raise SystemExit("These settings stop the start:\n" + "\n".join(lines)) from None
