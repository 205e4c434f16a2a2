"""The channel: a mail is handed to the server, and what the server said about it is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from closeloop.chassis.connectors.hooks import Carried, Outgoing
from closeloop.chassis.i18n import Sentence, _
from closeloop.mail.message import message_of
from closeloop.mail.settings import MailSettings

if TYPE_CHECKING:
    from aiosmtplib import SMTP

ADDRESS = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+$")
MOST_SECONDS = 20.0
FOR_GOOD = 500
"""Answers of a server from this number on are final."""


class Mail:
    """Sends letters to customers by mail."""

    repeats_safely = False  # most servers do not look at the Message-ID: the customer would read it twice

    def __init__(self, settings: MailSettings | None = None) -> None:
        self.settings = settings or MailSettings()

    def lacks(self) -> Sentence | None:
        """A server and a sender have to be named."""
        for name in ("server", "sender"):
            if not getattr(self.settings, name):
                return _("Set {variable}.", variable=f"CLOSELOOP_MAIL_{name.upper()}")
        return None

    def takes(self, goes_to: str) -> bool:
        """Whether this looks like one mail address."""
        return bool(ADDRESS.match(goes_to))

    async def carry(self, letter: Outgoing) -> Carried:
        """Hand the mail over; before its text was given nothing has left, afterwards only the server knows."""
        from aiosmtplib import SMTPException, SMTPResponseException

        if not self.takes(letter.goes_to):
            return Carried("failed", reason=_("This is not a mail address."))
        message = message_of(letter, self.settings.sender)
        client = self._client()
        try:
            await client.connect()
            await client.mail(self.settings.sender.rpartition("<")[2].rstrip(">"))
            await client.rcpt(letter.goes_to)
        except SMTPResponseException as refused:
            client.close()
            return _refused(refused.code, refused.message)
        except (SMTPException, OSError) as trouble:
            client.close()
            return Carried("again", reason=f"{type(trouble).__name__}: {trouble}")
        try:
            response = await client.data(message.as_bytes())
        except SMTPResponseException as refused:
            return _refused(refused.code, refused.message)
        except (SMTPException, OSError) as trouble:
            return Carried("unclear", reason=f"{type(trouble).__name__}: {trouble}")
        finally:
            client.close()
        return Carried("sent", reference=response.message[:200])

    def _client(self) -> SMTP:
        from aiosmtplib import SMTP

        settings = self.settings
        return SMTP(
            hostname=settings.server,
            port=settings.port,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            username=settings.user or None,
            password=settings.password.get_secret_value() or None,
            timeout=MOST_SECONDS,
        )


def _refused(code: int, said: str) -> Carried:
    """A server that is sure is not asked again; one that is not, is."""
    return Carried("failed" if code >= FOR_GOOD else "again", reason=f"{code} {said}"[:500])
