"""The notifier: a message is handed to the group of a desk."""

from __future__ import annotations

from closeloop.chassis.connectors.hooks import Carried, Outgoing
from closeloop.chassis.i18n import Sentence, _
from closeloop.chat.settings import ChatSettings


class Chat:
    """Tells the chat group of a desk what came onto it: WeCom, DingTalk, Feishu and others."""

    repeats_safely = True

    def __init__(self, settings: ChatSettings | None = None) -> None:
        self.settings = settings or ChatSettings()

    def lacks(self) -> Sentence | None:
        """At least one group has to be named, and every address has to be one."""
        if not self.settings.groups:
            return _("Set {variable}.", variable="CLOSELOOP_CHAT_GROUPS")
        for desk in self.settings.groups:
            if not _is_address(self.settings.group_of(desk) or ""):
                return _("CLOSELOOP_CHAT_GROUPS names no chat service that is known for {desk}.", desk=desk)
        return None

    def reaches(self, desk: str) -> bool:
        """Whether the desk has a group."""
        return self.settings.group_of(desk) is not None

    async def carry(self, letter: Outgoing) -> Carried:
        """Hand the message over; the services answer yes or no, and say no more."""
        from apprise import Apprise

        address = self.settings.group_of(letter.goes_to)
        if address is None:
            return Carried("failed", reason=_("This desk has no group."))
        group = Apprise()
        if not group.add(address):
            return Carried("failed", reason=_("The address of the group is not one of a chat service that is known."))
        body = f"{letter.text}\n{letter.url}" if letter.url else letter.text
        taken = await group.async_notify(title=letter.subject, body=body)
        return Carried("sent") if taken else Carried("again", reason=_("The chat service did not take it."))


def _is_address(address: str) -> bool:
    from apprise import Apprise

    return bool(Apprise().add(address))
