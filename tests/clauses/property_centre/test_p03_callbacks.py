"""Sections 4.4, 4.6, 4.9 and 4.11: the customer is asked, in which form, when not, and again until satisfied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.clauses.loop import Case, Thing
from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import HEAD, QUALITY, Centre

PROCEDURE = "P03"
SIGNS = {"means": "drawn", "signer": "李女士"}


@clause("P03-4.4-a")
def test_customer_service_calls_back_complaints(loop: Centre):
    case = loop.a_handled_complaint()
    assert loop.callback(case)["desk"] == "customer_service"
    assert loop.ends_of("P03-4.4-a", case) == ["kept"]
    said = {"form": "telephone", "outcome": "satisfied"}
    assert loop.does(QUALITY, loop.attempt_of(case), said, expect=403)["clause"] == "P03-4.4-a"
    assert "kept" in loop.ends_of("P03-4.4-a", case)


@clause("P03-4.4-c")
@pytest.mark.parametrize("form", ["telephone", "letter", "visit"])
def test_there_are_three_forms_of_callback(loop: Centre, form: str):
    case = loop.a_handled_complaint()
    signature = SIGNS if form == "visit" else None
    loop.call_back(case, form=form, signature=signature)
    assert loop.ends_of("P03-4.4-c", case) == ["kept"]


@clause("P03-4.4-d1")
def test_what_was_found_stands_in_the_callback_column(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, note="李女士说现在每天都有人打扫")
    assert loop.ends_of("P03-4.4-d1", case) == ["kept"]
    assert "李女士说现在每天都有人打扫" in loop.page(HEAD, f"/callback/callbacks/{loop.callback(case)['id']}")


@clause("P03-4.4-d1")
def test_a_column_that_stays_empty_is_a_breach(loop: Centre):
    case = loop.a_handled_complaint()
    loop.advance(days=10)
    assert loop.ends_of("P03-4.4-d1", case) == ["breached"]


@clause("P03-4.4-d2")
def test_a_visit_ends_with_the_customers_signature(loop: Centre):
    case = loop.a_handled_complaint()
    visit = {"form": "visit", "outcome": "satisfied"}
    assert loop.is_refused(HEAD, loop.attempt_of(case), visit) == "P03-4.4-d2"
    assert loop.ends_of("P03-4.4-d2", case) == ["prevented"]
    attempt = loop.call_back(case, form="visit", signature=SIGNS)["attempt"]
    assert sorted(loop.ends_of("P03-4.4-d2", case)) == ["kept", "prevented"]
    assert (attempt["signature"]["signer"], attempt["signature"]["means"]) == ("李女士", "drawn")


@clause("P03-4.4-d2")
def test_who_will_not_sign_at_a_visit_needs_a_witness(loop: Centre):
    case = loop.a_handled_complaint()
    visit = {"form": "visit", "outcome": "satisfied", "signature": {"means": "refused"}}
    assert loop.is_refused(HEAD, loop.attempt_of(case), visit) == "P03-4.4-d2"
    loop.call_back(case, form="visit", signature={"means": "refused", "witness": "门卫李"})
    assert sorted(loop.ends_of("P03-4.4-d2", case)) == ["kept", "prevented"]


@clause("P03-4.4-d3")
@pytest.mark.parametrize("form", ["telephone", "letter"])
def test_nobody_signs_on_the_telephone_or_by_letter(loop: Centre, form: str):
    case = loop.a_handled_complaint()
    loop.call_back(case, form=form)
    assert loop.ends_of("P03-4.4-d3", case) == ["kept"]
    assert loop.ends_of("P03-4.4-d2", case) == ["waived"], "exempt from the signature"


@clause("P03-4.4-e1")
@pytest.mark.parametrize(
    "more, reason",
    [({"customer": {"name": "王先生"}}, "no_contact"), ({"wants_callback": False}, "declined")],
)
def test_who_cannot_or_will_not_be_asked_is_not_asked(loop: Centre, more: dict[str, object], reason: str):
    case = loop.a_handled_complaint(**more)
    waived = loop.callback(case)
    assert (waived["status"], waived["waiver"]["reason"]) == ("waived", reason)
    assert loop.ends_of("P03-4.4-e1", case) == ["kept"]
    assert loop.ends_of("P03-4.4-d1", case) == ["waived"]


@clause("P03-4.4-e1")
def test_a_callback_is_not_left_out_without_evidence(loop: Centre):
    case = loop.a_handled_complaint()
    path = f"/api/callback/callbacks/{loop.callback(case)['id']}/waiver"
    assert loop.is_refused(HEAD, path, {"reason": "declined", "evidence": ""}) == "P03-4.4-e1"
    assert loop.ends_of("P03-4.4-e1", case) == ["prevented"]
    loop.does(HEAD, path, {"reason": "declined", "evidence": "李女士来电表示不需回访"})
    assert sorted(loop.ends_of("P03-4.4-e1", case)) == ["kept", "prevented"]


@clause("P03-4.4-e1", "P03-4.4-e2")
def test_a_superior_body_that_wants_a_reply_letter_only_gets_it_attached(loop: Centre):
    case = loop.a_handled_complaint(channel="superior_body")
    path = f"/api/callback/callbacks/{loop.callback(case)['id']}/waiver"
    without = {"reason": "reply_letter_only", "evidence": {"note": "已复函"}}
    assert loop.is_refused(HEAD, path, without) == "P03-4.4-e2"
    assert loop.ends_of("P03-4.4-e2", case) == ["prevented"]
    letter = loop.attaches(HEAD, "callback", case)
    loop.does(HEAD, path, {"reason": "reply_letter_only", "evidence": {"note": "已复函", "attachment": letter}})
    assert loop.ends_of("P03-4.4-e1", case) == ["kept"]
    assert sorted(loop.ends_of("P03-4.4-e2", case)) == ["kept", "prevented"]


@clause("P03-4.6-b1")
def test_repairs_are_called_back_by_telephone(loop: Centre):
    case = loop.a_handled_repair()
    assert loop.callback(case)["form"] == "telephone"
    loop.call_back(case)
    assert loop.ends_of("P03-4.6-b1", case) == ["kept"]


@clause("P03-4.6-b1")
def test_a_repair_may_be_called_back_in_another_form_for_once(loop: Centre):
    case = loop.a_handled_repair()
    loop.call_back(case, form="visit", signature={"means": "drawn", "signer": "王先生"})
    assert loop.ends_of("P03-4.6-b1", case) == ["not_applicable"]


@clause("P03-4.9-b", "P03-4.11-c")
def test_the_customer_is_asked_again_until_satisfied(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, "dissatisfied")
    assert loop.case(case)["round"] == 2
    assert "open" in loop.ends_of("P03-4.9-b", case) and "open" in loop.ends_of("P03-4.11-c", case)
    loop.carry_out_sheet(case, round_=2)
    loop.call_back(case, "dissatisfied", round_=2)
    loop.carry_out_sheet(case, round_=3, by="management-representative")
    loop.call_back(case, "satisfied", round_=3)
    assert loop.case(case)["status"] == "closed"
    for number in ("P03-4.9-b", "P03-4.11-c"):
        assert set(loop.ends_of(number, case)) == {"kept"}, number


@clause("P03-4.11-c")
def test_a_satisfied_customer_closes_the_case_and_nothing_else_does(loop: Centre):
    case = loop.a_handled_complaint()
    loop.advance(hours=2)
    assert loop.case(case)["status"] != "closed"
    loop.call_back(case, "satisfied")
    assert loop.case(case)["status"] == "closed"
    assert loop.ends_of("P03-4.11-c", case) == ["kept"]


@clause("P03-4.9-b")
def test_a_second_callback_is_due_like_the_first(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, "dissatisfied")
    loop.carry_out_sheet(case, round_=2)
    second = loop.callback(case, 2)
    assert (second["desk"], second["form"], second["required"]) == ("customer_service", "telephone", True)
    assert sorted(loop.ends_of("P03-4.9-b", case)) == ["kept", "open"], "another round began, its callback is to come"
    loop.call_back(case, "satisfied", round_=2)
    assert set(loop.ends_of("P03-4.9-b", case)) == {"kept"}


@clause("P03-4.6-b2")
def test_the_caller_fills_the_column_of_the_order(loop: Centre):
    case = loop.a_handled_repair()
    loop.call_back(case, note="王先生说水不漏了")
    assert loop.ends_of("P03-4.6-b2", case) == ["kept"]
    [record] = loop.records("callback", key=case["id"], form="qr_024")
    assert "王先生说水不漏了" in record["fields"]["callback"]


@clause("P03-4.6-b2")
def test_the_column_of_an_order_that_was_drawn_and_never_called_is_a_breach(loop: Centre):
    drawn, _others = loop.drawn_repairs()
    assert loop.ends_of("P03-4.6-b2", drawn[0]) == ["open"]
    loop.advance(days=8)
    assert loop.ends_of("P03-4.6-b2", drawn[0]) == ["breached"]


@clause("P03-4.9-a")
def test_who_cannot_be_answered_at_once_is_told_a_time_and_answered_by_then(loop: Centre):
    case = loop.a_handled_complaint()
    by = (loop.now + timedelta(days=2)).isoformat()
    attempt = loop.call_back(case, unanswered=True, answer_by=by, note="还想知道下月的保洁安排")["attempt"]
    assert attempt["answer_by"]
    assert loop.ends_of("P03-4.9-a", case) == ["open"] and loop.case(case)["status"] != "closed"
    loop.advance(days=1)
    loop.call_back(case, note="已答复")
    assert loop.ends_of("P03-4.9-a", case) == ["kept"]
    assert loop.case(case)["status"] == "closed"


@clause("P03-4.9-a")
def test_an_answer_that_does_not_come_at_the_appointed_time_is_a_breach(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, unanswered=True, answer_by=(loop.now + timedelta(days=2)).isoformat())
    loop.advance(days=3)
    assert loop.ends_of("P03-4.9-a", case) == ["breached"]
    loop.call_back(case, note="迟到的答复")
    assert loop.ends_of("P03-4.9-a", case) == ["breached"]


def a_common_problem(loop: Centre, kind: str = "opinion") -> tuple[list[Case], Thing]:
    """Three customers with one problem, put together by the head."""
    cases = [loop.a_handled_complaint(kind=kind, content="地下车库照明太暗") for _ in range(3)]
    callbacks = [loop.callback(case)["id"] for case in cases]
    problem = {"problem": "地下车库照明太暗", "callbacks": callbacks}
    return cases, loop.does(HEAD, "/api/callback/same-problems", problem, expect=201)


@clause("P03-4.7-b")
def test_one_problem_of_several_customers_is_written_down_once(loop: Centre):
    cases, problem = a_common_problem(loop)
    said = {"note": "车库照明下周更换", "form": "telephone", "outcome": "satisfied"}
    at = f"/api/callback/same-problems/{problem['id']}/answer"
    loop.does(HEAD, at, said, expect=201)
    for case in cases:
        assert loop.ends_of("P03-4.7-b", case) == ["kept"]
    [record] = loop.records("callback", key=problem["id"], form="qr_023")
    assert all(case["number"] in record["fields"]["register_number"] for case in cases)
    assert loop.is_refused(HEAD, at, said) == "P03-4.7-b"
    assert "prevented" in loop.ends_of("P03-4.7-b")


@clause("P03-4.10-a", "P03-4.10-b")
def test_a_common_problem_may_be_answered_by_a_public_letter_that_is_kept_in_the_file(loop: Centre):
    cases, problem = a_common_problem(loop, kind="complaint")
    letter = {
        "text": "车库照明将于下周更换。",
        "place": "各单元公告栏",
        "date": "2026-01-08",
        "archive_reference": "HF-2026-01",
    }
    said = {"note": "以公开信答复", "letter": letter}
    loop.does(HEAD, f"/api/callback/same-problems/{problem['id']}/answer", said, expect=201)
    for case in cases:
        assert loop.ends_of("P03-4.10-a", case) == ["kept"]
    assert "kept" in loop.ends_of("P03-4.10-b")
    [record] = loop.records("callback", key=problem["id"], form="public_letter")
    assert record["archived_at"] and record["number"] == "HF-2026-01"
    loop.is_printed(record, "车库照明将于下周更换。")
