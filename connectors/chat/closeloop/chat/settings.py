"""Which desk has which group: environment variable `CLOSELOOP_CHAT_GROUPS`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

EVERY_OTHER = "*"


class ChatSettings(BaseSettings):
    """The groups."""

    model_config = SettingsConfigDict(env_prefix="CLOSELOOP_CHAT_", env_ignore_empty=True, frozen=True, extra="ignore")

    groups: dict[str, SecretStr] = Field(
        default_factory=dict, description="Desk to the address of its group, as JSON; `*` is every other desk."
    )

    def group_of(self, desk: str) -> str | None:
        """The address of a desk's group; it holds a secret."""
        found = self.groups.get(desk) or self.groups.get(EVERY_OTHER)
        return found.get_secret_value() if found else None
