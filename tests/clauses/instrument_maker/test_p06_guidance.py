"""What people have before them: policy, manners at the user's, and how a complaint is met, in both languages."""

from __future__ import annotations

from collections.abc import Callable

from tests.clauses.instrument_maker.maker import ADMINISTRATOR, ENGINEER, HOTLINE, ON_THE_VISIT, Maker
from tests.clauses.packs import clause

PROCEDURE = "P06"
Test = Callable[[Maker], None]


def stands_there(loop: Maker, by: str, page: str, zh: str, en: str) -> None:
    """The page shows the text in the language of whoever reads it."""
    assert zh in loop.page(by, page, "zh"), f"{page} does not show {zh}"
    assert en in loop.page(by, page, "en"), f"{page} does not show {en}"


def at_the_step(number: str, name: str, step: str, zh: str, en: str) -> Test:
    """The text stands on the page of the visit before the step; whoever takes it has been shown it, or has not."""

    @clause(number)
    def test(loop: Maker) -> None:
        before = list(ON_THE_VISIT)[list(ON_THE_VISIT).index(step) - 1]
        for shown, end in (([name], "shown"), ([], "breached")):
            case = loop.a_visit()
            duty = (
                loop.duty(case, "visit")
                if step == "accept"
                else loop.visit(case, "examine" if step == "finish" else before)
            )
            before_it = loop.ends_of(number, case)
            stands_there(loop, ENGINEER, f"/dispatch/cases/{case['id']}/duties/{duty['number']}", zh, en)
            said = {**ON_THE_VISIT[step], "guidance": [*ON_THE_VISIT[step].get("guidance", []), *shown]}
            if step == "finish":
                said["rates"] = {"solved": "yes"}
            loop.take(ENGINEER, duty, step, **said)
            assert loop.ends_of(number, case)[len(before_it) :] == [end]

    test.__doc__ = f"{en}"
    return test


test_law_and_rules = at_the_step("P06-3.3.1-a", "law_and_rules", "accept", "三包规定", "three-guarantee rules")
test_wholehearted = at_the_step("P06-3.3.1-b", "wholehearted", "arrive", "全心全意", "wholeheartedly")
test_introduce = at_the_step("P06-3.4.2-a", "introduce_yourself", "arrive", "自我介绍", "Introduce yourself")
test_learn_and_examine = at_the_step("P06-3.3.2-a", "learn_and_examine", "arrive", "认真检查", "examine it")
test_civil_language = at_the_step("P06-3.3.5-a", "civil_language", "arrive", "文明用语", "civil language")
test_no_rash_conclusions = at_the_step(
    "P06-3.3.5-b", "no_rash_conclusions", "arrive", "乱下结论", "no rash conclusions"
)
test_facts_and_agreement = at_the_step("P06-3.4.2-e1", "facts_and_agreement", "finish", "实事求是", "seek agreement")
test_teach_the_user = at_the_step("P06-3.3.3", "teach_the_user", "finish", "保养知识", "teach the user")


@clause("P06-3.1")
def test_the_policy_stands_where_a_fault_is_taken_down(loop: Maker):
    stands_there(loop, HOTLINE, "/intake/cases/new?procedure=P06&kind=fault", "反应迅速", "quick response")
    assert loop.ends_of("P06-3.1", loop.fault(guidance=["policy"])) == ["shown"]
    assert loop.ends_of("P06-3.1", loop.fault(guidance=[])) == ["breached"]


@clause("P06-7.1-a")
def test_a_complaint_is_met_actively_and_politely(loop: Maker):
    page = "/intake/cases/new?procedure=P06&kind=complaint"
    stands_there(loop, ADMINISTRATOR, page, "礼貌接待", "receive the customer politely")
    shown = loop.complaint(guidance=["policy", "polite_reception"])
    assert loop.ends_of("P06-7.1-a", shown) == ["shown"]
    assert loop.ends_of("P06-7.1-a", loop.complaint(guidance=[])) == ["breached"]
