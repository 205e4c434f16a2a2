"""Where django-helpdesk answers."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import include, path


def readyz(request: HttpRequest) -> JsonResponse:
    """It answers."""
    return JsonResponse({"ready": True})


urlpatterns = [path("readyz", readyz), path("helpdesk/", include("helpdesk.urls"))]
