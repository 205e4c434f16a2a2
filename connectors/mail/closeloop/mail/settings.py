"""Where mail goes out: environment variables `CLOSELOOP_MAIL_…`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailSettings(BaseSettings):
    """The mail server, and from whom letters come."""

    model_config = SettingsConfigDict(env_prefix="CLOSELOOP_MAIL_", env_ignore_empty=True, frozen=True, extra="ignore")

    server: str = Field("", description="Mail server that takes our letters.")
    port: int = Field(587, ge=1, le=65535, description="Port of the server.")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the line is secured.")
    user: str = Field("", description="As whom to sign in; none without a user.")
    password: SecretStr = Field(SecretStr(""), description="Password of the user.")
    sender: str = Field("", description="Address from which letters come.")
