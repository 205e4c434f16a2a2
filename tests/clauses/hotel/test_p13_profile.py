"""Section 10: all details go into the guest's profile, for future reference, and few may open it."""

from __future__ import annotations

from tests.clauses.hotel.hotel import DESK, MANAGER, SERVICES, Hotel
from tests.clauses.loop import Thing
from tests.clauses.packs import clause

PROCEDURE = "P13"
MRS_JONES = {"name": "Jones", "phone": "+8613900000077", "email": "jones@example.com"}


def rows_of(loop: Hotel, customer: str) -> list[Thing]:
    """What every complaint says in a profile."""
    rows: list[Thing] = loop.sees(SERVICES, f"/api/intake/customers/{customer}/profile")["fields"]["complaints"]
    return rows


@clause("P13-10-c")
def test_all_details_go_into_the_guests_profile(loop: Hotel):
    case = loop.complaint(customer=MRS_JONES)
    customer = loop.case(case)["customer"]["id"]
    assert loop.ends_of("P13-10-c", case) == ["open"]
    duty = loop.duty(case, "resolve")
    loop.step(DESK, duty, "accept")
    fields = {"solution": "换到1502房", "action": "工程部今晚检修"}
    loop.step(DESK, duty, "finish", outcome="solved", fields=fields)
    loop.step(DESK, duty, "return")
    loop.ask(case, note="已安静，谢谢")
    assert loop.case(case)["status"] == "closed"
    assert loop.ends_of("P13-10-c", case) == ["kept"]
    [row] = rows_of(loop, customer)
    wanted = {"number": case["number"], "incident": "空调整夜有噪音", "details": "自21时起", **fields}
    assert {**row, **wanted, "check_back": "已安静，谢谢"} == row, "nothing that is known is left out"


@clause("P13-10-c")
def test_a_guest_who_comes_again_is_known(loop: Hotel):
    first = loop.complaint(customer=MRS_JONES)
    again = loop.complaint("早餐已冷", customer={"name": "Mrs Jones", "email": "JONES@example.com"})
    customer = loop.case(first)["customer"]["id"]
    assert loop.case(again)["customer"]["id"] == customer
    assert "早餐已冷" in [row["incident"] for row in rows_of(loop, customer)]


@clause("P13-10-c")
def test_the_front_desk_sees_that_there_is_a_profile_and_opens_none(loop: Hotel):
    case = loop.complaint(customer=MRS_JONES)
    path = f"/api/intake/customers/{loop.case(case)['customer']['id']}/profile"
    refused = loop.tries(DESK, "GET", path)
    assert (refused.status_code, refused.json()["clause"]) == (403, "P13-10-c")
    written = loop.tries(MANAGER, "PUT", path, {"fields": {"preferences": "高楼层，远离电梯"}})
    assert written.status_code == 200
    page = loop.page(SERVICES, path.replace("/api", ""))
    assert "客人档案" in page and "高楼层，远离电梯" in page
    anonymous = loop.complaint(customer=None, anonymous=True)
    assert loop.ends_of("P13-10-c", anonymous) == ["not_applicable"]
