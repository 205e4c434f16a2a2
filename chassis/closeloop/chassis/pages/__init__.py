"""Pages: one layout in two languages, plain forms that work without JavaScript."""

from closeloop.chassis.pages.page import CurrentPage, Page, current_page
from closeloop.chassis.pages.pages import Pages
from closeloop.chassis.pages.sign_in import sign_in_routes
from closeloop.chassis.pages.statics import Statics

__all__ = ["CurrentPage", "Page", "Pages", "Statics", "current_page", "sign_in_routes"]
