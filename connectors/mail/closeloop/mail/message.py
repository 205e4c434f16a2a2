"""A letter as a mail: headers that say who wrote it, when, and that no person did."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from closeloop.chassis.connectors.hooks import Outgoing
from closeloop.chassis.i18n import HOME_ZONE


def message_of(letter: Outgoing, sender: str) -> EmailMessage:
    """The mail; by its Message-ID a second attempt is recognised."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.goes_to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.written_at.astimezone(HOME_ZONE))
    message["Message-ID"] = f"<{letter.id.replace(':', '.')}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN" if letter.language == "zh" else letter.language
    message.set_content(f"{letter.text}\n\n{letter.url}\n" if letter.url else f"{letter.text}\n")
    return message
