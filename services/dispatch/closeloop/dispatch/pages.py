"""Pages of dispatch: my tasks, duties, and one duty on its form."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
