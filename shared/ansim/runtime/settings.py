"""Settings of one process, from environment variables `ANSIM_…`."""

from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """`demo` allows invented people, a demo sign-in and plain HTTP on the loopback; `production` allows none of it."""

    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What an operator may set. Database addresses are PostgreSQL URLs; `urls` maps service slugs to base URLs."""

    model_config = SettingsConfigDict(env_prefix="ANSIM_", extra="ignore", frozen=True)

    mode: Mode = Mode.PRODUCTION
    state: Path = Path(".ansim")
    database_url: SecretStr = SecretStr("")
    keys_url: SecretStr = SecretStr("")
    owner_database_url: SecretStr = SecretStr("")
    kafka_bootstrap: str = ""
    kek: SecretStr = SecretStr("")
    oidc_issuer: str = ""
    oidc_client_id: str = "ansim"
    oidc_client_secret: SecretStr = SecretStr("")
    urls: dict[str, str] = Field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0
    assets: Path | None = None
    log_level: str = "info"
    leave_url: str = "https://www.weather.go.kr/"
    pool_size: int = 8
    key_backup_days: int = Field(default=35, ge=0)
    """How long backups and archived logs of the key store are kept: the horizon that erasure certificates state."""

    @cached_property
    def assets_folder(self) -> Path:
        """Where built fonts and third-party style sheets lie."""
        return self.assets or self.state / "assets"

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO
