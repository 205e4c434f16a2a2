"""Makes the tables of django-helpdesk, a queue, and somebody who may open tickets; prints their token."""

from __future__ import annotations

import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Everything from the beginning, on an empty database."""
    django.setup()
    call_command("migrate", verbosity=0)
    from django.contrib.auth import get_user_model
    from helpdesk.models import Queue
    from rest_framework.authtoken.models import Token

    Queue.objects.create(title="Repairs", slug="repairs")
    clerk = get_user_model().objects.create_user("clerk", is_staff=True, is_superuser=True)
    json.dump({"token": Token.objects.create(user=clerk).key}, sys.stdout)


if __name__ == "__main__":
    main()
