"""What whoever runs Closeloop can set: flags, else environment variables `CLOSELOOP_…`, else what stands here.

`python -m closeloop.chassis.settings docs/settings.md` writes the page about them.
"""

import sys
from pathlib import Path
from typing import Any, Literal, NoReturn

from pydantic import AwareDatetime, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CLOSELOOP_"
WRONG_SETTINGS = 2


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True, enable_decoding=False
    )

    port: int = Field(8300, ge=0, le=65535, description="Port of the pages and of JSON; 0 takes a free one.")
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; `0.0.0.0` for every network.")
    data: Path = Field(Path("data"), description="Folder for everything that must survive a restart.")
    branch: str = Field(
        "main",
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$",
        description="Name of this deployment in subjects and streams: small letters, digits, dashes.",
    )
    clock: AwareDatetime | None = Field(
        None, description="Starts a simulated clock at this moment, like `2026-01-05T09:00+08:00`; empty is real time."
    )
    log: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="From which level on lines are logged."
    )
    log_format: Literal["text", "json"] = Field("text", description="Lines for people, or JSON lines for collectors.")

    database_url: str = Field(
        "",
        repr=False,
        description=(
            "Database of each service, `{service}` stands for its name: `postgresql://user@host/closeloop_{service}`. "
            "Empty is one SQLite file per service in the data folder."
        ),
    )
    database_connections: int = Field(8, ge=1, le=100, description="Connections for reading per service.")
    nats_url: str = Field("", description="Broker, like `nats://127.0.0.1:4222`; empty starts one of our own.")
    nats_user: str = Field("", description="User at the broker.")
    nats_password: SecretStr = Field(SecretStr(""), description="Password at the broker.")
    nats_creds: Path | None = Field(None, description="Credentials file for the broker, instead of user and password.")
    nats_port: int = Field(0, ge=0, le=65535, description="Port of a broker of our own; 0 takes a free one.")
    stream_replicas: int = Field(1, ge=1, le=5, description="Copies of each stream in a broker cluster.")
    stream_days: int = Field(30, ge=1, le=3650, description="Days that a stream keeps events; journals keep them all.")

    keys: Path | None = Field(None, description="Folder of the signing keys; empty is `keys` in the data folder.")
    organisation: Path | None = Field(
        None, description="Organisation to move in at the first start; empty is the example that comes along."
    )
    session_hours: float = Field(12, gt=0, le=720, description="Hours after which people sign in again.")
    secure_cookies: bool = Field(False, description="Whether people reach the pages by https through a gateway.")

    requests_at_once: int = Field(
        80,
        ge=1,
        description=(
            "Requests that a service works on at the same time; whoever comes on top of that is told 503 with "
            "Retry-After at once. More do not get done sooner, each only waits longer."
        ),
    )
    queue_length: int = Field(
        2000,
        ge=1,
        description="Pieces of work that may wait in a service; beyond that it answers 503 with Retry-After.",
    )
    retry_after: int = Field(1, ge=1, description="Seconds after which somebody who was told 503 may come again.")
    batch_milliseconds: float = Field(
        20,
        gt=0,
        le=1000,
        description="Estimated CPU time of the work in one transaction, where more waits than fits in.",
    )
    park_pauses: tuple[float, ...] = Field(
        (1, 5, 30, 300, 1800), min_length=1, description="Pauses in seconds before parked messages are tried again."
    )
    stop_seconds: float = Field(10, ge=0, description="Seconds that work under way gets to finish at the stop.")
    request_bytes: int = Field(
        2_000_000, ge=1024, description="Largest body of a request in bytes; attachments have their own limit."
    )
    attachments: str = Field(
        "",
        description=(
            "Where sealed photos and scans lie: an object store like `s3://bucket/prefix`; "
            "empty is `attachments` in the data folder."
        ),
    )
    attachment_bytes: int = Field(20_000_000, ge=1024, description="Largest photo or scan in bytes.")
    public_url: str = Field(
        "",
        description="Where people reach the pages, like `https://closeloop.example`: stands before links in letters.",
    )
    otlp_endpoint: str = Field("", description="Where traces go, like `http://127.0.0.1:4318`; empty sends none.")

    @field_validator("park_pauses", mode="before")
    @classmethod
    def _with_commas(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    def database_of(self, service: str) -> str:
        """The database of one service, as SQLAlchemy's async engine takes it."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.data.absolute() / service}.db"
        address = self.database_url.replace("{service}", service)
        for short in ("postgres://", "postgresql://"):
            if address.startswith(short):
                return "postgresql+asyncpg://" + address.removeprefix(short)
        return address

    @property
    def keys_folder(self) -> Path:
        """Where the signing keys lie."""
        return self.keys or self.data / "keys"


def read_settings(**flags: Any) -> Settings:
    """The settings of this process; flags that were given go before the environment. A wrong one ends the process."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as wrong:
        stop_at_wrong_settings(wrong, given)


def stop_at_wrong_settings(wrong: ValidationError, flags: dict[str, Any]) -> NoReturn:
    """Says in one sentence which setting is wrong and what it should be."""
    error = wrong.errors(include_url=False)[0]
    name = str(error["loc"][0])
    where = f"--{name.replace('_', '-')}" if name in flags else PREFIX + name.upper()
    message = error["msg"][0].lower() + error["msg"][1:]
    shown = "" if "password" in name or "url" in name else f" {error['input']!r}"
    field = Settings.model_fields.get(name)
    sys.stderr.write(f"{where}{shown} is wrong: {message}. {field.description if field else ''}\n")
    raise SystemExit(WRONG_SETTINGS)


def the_page() -> str:
    """`docs/settings.md`, made from the fields above."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(
        [
            "# Settings",
            "",
            "Every setting is a flag of `closeloop up` and `closeloop serve` (`--session-hours 8`)",
            f"and an environment variable (`{PREFIX}SESSION_HOURS=8`). A flag goes before the environment;",
            "a wrong value is one sentence and exit code 2.",
            "This page is generated from `chassis/closeloop/chassis/settings.py`.",
            "",
            "| variable | ordinarily | what it sets |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(name: str, field: FieldInfo) -> str:
    ordinarily = field.default
    if isinstance(ordinarily, SecretStr):
        ordinarily = ordinarily.get_secret_value()
    if isinstance(ordinarily, tuple):
        ordinarily = ",".join(f"{part:g}" for part in ordinarily)
    if isinstance(ordinarily, bool):
        ordinarily = str(ordinarily).lower()
    shown = f"`{ordinarily}`" if ordinarily not in (None, "") else ""
    return f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |"


if __name__ == "__main__":
    Path(*sys.argv[1:] or ["docs/settings.md"]).write_text(the_page(), encoding="utf-8")
