"""Telephone numbers as customers say them: checked quickly, kept in international form."""

import re
import unicodedata

import phonenumbers

from closeloop.chassis.i18n import _

HOME_REGION = "CN"
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
_SHORT = re.compile(r"1\d{4}|9[56]\d{3,6}|[48]00\d{7}", re.ASCII)
"""Service numbers without an international form: 12345, 95588, 400 and 800 numbers."""
_BETWEEN = re.compile(r"[\s().\-\u2010-\u2015（）－]+")


def phone_of(written: str) -> str:
    """The number in international form, a service number as it is dialled; `ValueError` if it is no number."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", written))
    if mobile := _MOBILE.fullmatch(digits):
        return f"+86{mobile[1]}"
    if _SHORT.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(digits, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError(
            _("This is not a telephone number. Write it like 13800138000, 010-62781234 or +44 20 7946 0958.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
