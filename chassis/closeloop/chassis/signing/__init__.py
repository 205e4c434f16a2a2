"""Sign-offs: signatures and approvals, asked for in their order, given by whoever may, void when the content changes.

A service that has something signed

* describes it as a `Matter`, and hears of what became of it: `hears.signed("duty", SigningHook(...))`, where the
  first part of `Matter.of` (`duty:3`) is the name;
* says `ask_to_sign(work, matter)` after everything that happened to it, and publishes what that judged;
* says `must_be_signed(work, matter, "return")` before an act that may wait for a sign-off;
* says `end_signing` when the matter is over, or `drop_signing` when it is withdrawn.

The chassis keeps the turns (`Signing`), puts them on desks, takes them at `/<service>/sign-offs` and
`/api/<service>/sign-offs`, and says which were not given in time.
"""

from closeloop.chassis.signing.asking import ask_to_sign, drop_signing, end_signing, is_given, must_be_signed
from closeloop.chassis.signing.giving import SignOffForm
from closeloop.chassis.signing.hooks import SigningHook
from closeloop.chassis.signing.matter import Matter
from closeloop.chassis.signing.taking import give_sign_off
from closeloop.chassis.store.sign_offs import Signing

__all__ = [
    "Matter",
    "SignOffForm",
    "Signing",
    "SigningHook",
    "ask_to_sign",
    "drop_signing",
    "end_signing",
    "give_sign_off",
    "is_given",
    "must_be_signed",
]
