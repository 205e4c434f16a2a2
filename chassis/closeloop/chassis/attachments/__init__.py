"""Attachments: photos and scans, looked at, sealed, kept beside the database, shown, and erased with their key."""

from closeloop.chassis.attachments.attached import Attached

__all__ = ["Attached"]
