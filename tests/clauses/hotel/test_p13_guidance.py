"""What the staff of the hotel have before them at each step of the talk with a guest, in both languages."""

from __future__ import annotations

from collections.abc import Callable

from tests.clauses.hotel.hotel import DESK, SERVICES, Hotel
from tests.clauses.packs import clause

PROCEDURE = "P13"
REGISTER, ACCEPT, FINISH, CALL_BACK = "register", "accept", "finish", "call_back"
TALK = (REGISTER, ACCEPT, CALL_BACK)
ALWAYS = (REGISTER, ACCEPT, FINISH, CALL_BACK)
Test = Callable[[Hotel], None]


def shown(number: str, name: str, steps: tuple[str, ...], zh: str, en: str) -> Test:
    """The text stands on the page of each of its steps, and whoever then acts has been shown it, or has not."""

    @clause(number)
    def test(loop: Hotel) -> None:
        expected = []
        if REGISTER in steps:
            stands_there(loop, DESK, "/intake/cases/new?procedure=P13&kind=complaint", zh, en)
            expected.append("shown")
        case = loop.complaint(guidance=[name] if REGISTER in steps else [])
        assert loop.ends_of(number, case) == expected
        duty = loop.duty(case, "resolve")
        for step in (ACCEPT, FINISH):
            if step in steps:
                stands_there(loop, DESK, f"/dispatch/cases/{case['id']}/duties/{duty['number']}", zh, en)
                expected.append("shown")
            loop.step(DESK, duty, step, guidance=[name] if step in steps else [], **loop.said_at(step))
            assert loop.ends_of(number, case) == expected
        loop.step(DESK, duty, "return", **loop.said_at("return"))
        if CALL_BACK in steps:
            stands_there(loop, SERVICES, f"/callback/callbacks/{loop.callback(case)['id']}", zh, en)
            expected.append("shown")
        loop.ask(case, guidance=[name] if CALL_BACK in steps else [])
        assert loop.ends_of(number, case) == expected
        forgotten = loop.complaint(guidance=[])
        assert loop.ends_of(number, forgotten) == (["breached"] if REGISTER in steps else [])

    test.__doc__ = f"{en}"
    return test


def stands_there(loop: Hotel, by: str, page: str, zh: str, en: str) -> None:
    """The page shows the text in the language of whoever reads it."""
    assert zh in loop.page(by, page, "zh"), f"{page} does not show {zh}"
    assert en in loop.page(by, page, "en"), f"{page} does not show {en}"


test_what_it_is_all_for = shown("P13-0-a", "aim", (REGISTER, FINISH, CALL_BACK), "最大程度满意", "highest satisfaction")
test_amicably = shown("P13-0-c", "amicably", ALWAYS, "友善的方式", "resolved amicably")
test_greet = shown("P13-1", "greet", TALK, "问候客人", "Greet and acknowledge")
test_away_from_the_front_desk = shown(
    "P13-2", "away_from_the_front_desk", (REGISTER,), "离开前台", "away from the front desk"
)
test_listen = shown("P13-3-a", "listen", TALK, "认真聆听", "Listen carefully")
test_no_funny_faces = shown("P13-3-b", "no_funny_faces", TALK, "好笑的表情", "No funny faces")
test_empathy = shown("P13-4-a", "empathy", TALK, "表示同情", "Show empathy")
test_apologise = shown("P13-4-b", "apologise", (REGISTER,), "表示歉意", "Apologise for the inconvenience")
test_thank = shown("P13-8", "thank", (FINISH, CALL_BACK), "感谢客人", "Thank the guest")
test_not_talked_down = shown("P13-R-a", "not_talked_down", ALWAYS, "歧视性语言", "do not talk the guest down")
test_not_defensive = shown("P13-R-b", "not_defensive", ALWAYS, "防御性的态度", "do not be defensive")
test_not_impatient = shown("P13-R-c", "not_impatient", ALWAYS, "不要不耐烦", "do not be impatient")
test_nobody_else_blamed = shown(
    "P13-R-d", "nobody_else_blamed", ALWAYS, "责怪其他顾客或部门", "do not blame another employee or department"
)
test_guest_not_blamed = shown("P13-R-e", "guest_not_blamed", ALWAYS, "不要责怪顾客", "do not blame the guest")
test_no_arguing = shown("P13-R-f", "no_arguing", ALWAYS, "反复争论", "do not argue back")
