"""The pack of the property management centre: what its written procedure says, asked of the pack."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.clock import parse_moment
from closeloop.chassis.packs import Pack, canonical, lint, load_pack

FOLDER = Path(__file__).parent.parent
MONDAY = parse_moment("2026-01-05T09:00+08:00")
ORDINARY = {
    "kind": "complaint",
    "severity": "ordinary",
    "crosses_departments": "no",
    "responsible_department": "cleaning",
}
REPAIR = {"kind": "repair", "trade": "plumbing"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


def test_lint_finds_nothing_and_prints_the_clauses_that_are_not_fulfilled_yet(pack):
    report = lint(FOLDER)
    assert [str(fault) for fault in report.faults] == []
    if pack.not_yet:
        assert report.lines()[0] == f"{len(pack.not_yet)} of 61 clauses are not fulfilled yet:"


def test_the_installed_pack_is_the_one_in_the_folder(pack):
    assert load_pack("P03") == pack


def test_every_clause_of_the_procedure_is_there(pack):
    assert len(pack.clauses) == 61
    assert next(iter(pack.clauses)) == "P03-3.1"
    assert list(pack.clauses)[-1] == "P03-5"


def test_the_pack_is_the_same_after_travelling(pack):
    assert Pack.from_json(canonical(pack)) == pack


@pytest.mark.parametrize(
    "facts, duties",
    [
        (ORDINARY, ["handling_sheet"]),
        ({**ORDINARY, "crosses_departments": "yes"}, ["handling_sheet", "coordination"]),
        ({**ORDINARY, "severity": "major"}, ["major_handling"]),
        ({**ORDINARY, "severity": "major", "crosses_departments": "yes"}, ["major_handling"]),
        ({**ORDINARY, "kind": "suggestion"}, ["handling_sheet"]),
        (REPAIR, ["work_order"]),
        ({"kind": "complaint"}, []),
    ],
)
def test_who_gets_which_duty(pack, facts, duties):
    assert [rule.name for rule in pack.dispatch.duties_for(facts)] == duties


def test_the_sheet_goes_to_the_responsible_department_and_a_major_one_to_the_management_representative(pack):
    sheet, major = pack.dispatch.duty("handling_sheet").entry, pack.dispatch.duty("major_handling").entry
    assert sheet.to.desk_for({"responsible_department": "cleaning"}) == "cleaning"
    assert sheet.steps["return"].with_original
    assert major.to.desk_for({}) == "management_representative"


def test_a_work_order_goes_from_the_leader_to_a_worker_and_the_customer_signs_last(pack):
    order = pack.dispatch.duty("work_order").entry
    assert list(order.steps) == ["accept", "assign", "arrive", "finish", "sign", "return"]
    assert order.to.desk == "repair_leader"
    assert order.steps["assign"].to_role == "repair_worker"
    assert set(order.steps["assign"].trades) == set(pack.intake.said.facets["trade"].values)
    assert order.signatures["customer_opinion"].after == "finished"


def test_severity_follows_from_the_answers_of_the_customer_or_is_asked_of_the_desk(pack):
    plain = {"kind": "complaint", "channel": "telephone"}
    assert pack.intake.rate({**plain, "injury": False, "public_attention": False}).facets["severity"] == "ordinary"
    assert pack.intake.rate({**plain, "injury": True}).facets["severity"] == "major"
    assert [facet.name for facet in pack.intake.rate(plain).open] == ["severity", "responsible_department"]
    assert pack.intake.rate({"kind": "repair"}).open == ()


@pytest.mark.parametrize(
    "limit, facts, end",
    [
        ("arrange_handling", ORDINARY, "2026-01-05T14:30+08:00"),
        ("handling", ORDINARY, "2026-01-08T17:30+08:00"),
        ("handling", {**ORDINARY, "severity": "major"}, "2026-01-06T17:30+08:00"),
        ("accept_order", REPAIR, "2026-01-05T10:00+08:00"),
        ("repair", REPAIR, "2026-01-06T09:00+08:00"),
        ("repair", {**REPAIR, "trade": "lift"}, "2026-01-05T13:00+08:00"),
    ],
)
def test_how_long_it_may_take(pack, limit, facts, end):
    assert pack.dispatch.limit(limit).due(MONDAY, facts, WorkingCalendar()).due_at == parse_moment(end)


def test_handled_and_satisfied_closes_and_dissatisfied_opens_another_round(pack):
    assert pack.intake.may_be_closed({"handled": True, "satisfied": True})
    assert pack.intake.may_be_closed({"handled": True, "waived": True})
    assert not pack.intake.may_be_closed({"satisfied": True})
    assert not pack.intake.may_be_closed({"handled": True})
    assert pack.intake.needs_another_round({"handled": True, "dissatisfied": True})
    assert pack.intake.rounds is not None
    assert pack.intake.rounds.warn_after == 3


def test_who_was_not_satisfied_is_handled_again_by_a_set_limit_and_in_the_end_higher_up(pack):
    sheet = pack.dispatch.duty("handling_sheet")
    assert pack.dispatch.limits_of(sheet, 2) == ("arrange_handling", "rework")
    assert pack.dispatch.desk_of(sheet, ORDINARY, 2) == "cleaning"
    assert pack.dispatch.desk_of(sheet, ORDINARY, 3) == "management_representative"
    assert [rule.name for rule in pack.dispatch.duties_for({**REPAIR, "round": 2})] == ["work_order"]


def test_how_many_are_called_back(pack):
    shares = {}
    for kind in pack.intake.kinds:
        coverage = pack.callback.coverage_for({"kind": kind})
        assert coverage is not None
        shares[kind] = (coverage.entry.select, pack.callback.share_of(coverage))
    assert shares == {
        "complaint": ("all", 90),
        "repair": ("sample", 30),
        "opinion": ("sample", None),
        "suggestion": ("sample", None),
    }
    targets = {rule.name: pack.stats.at_least(rule) for rule in pack.stats.indicators}
    assert targets["complaint_callback_rate"] == 90
    assert targets["repair_callback_rate"] == 30


def test_a_signature_is_asked_for_at_a_visit_only(pack):
    assert {str(form): rule.signature for form, rule in pack.callback.said.forms.items()} == {
        "visit": "required",
        "telephone": "none",
        "letter": "none",
    }


@pytest.mark.parametrize(
    "facts, exemption",
    [
        ({"contact_left": False}, "no_contact"),
        ({"contact_left": True, "wants_callback": False}, "declined"),
        ({"contact_left": True, "wants_callback": None}, None),
    ],
)
def test_who_need_not_be_called_back(pack, facts, exemption):
    rule = pack.callback.exempted_by(facts)
    assert (rule.name if rule else None) == exemption


def test_the_reception_principles_are_shown_when_registering(pack):
    assert [rule.clauses for rule in pack.guidance.at("register", {"kind": "complaint"})] == [
        ("P03-4.1-e1",),
        ("P03-4.1-e2",),
        ("P03-4.1-e3",),
    ]
    assert [rule.name for rule in pack.guidance.at("arrive", REPAIR)] == ["tools", "on_site_rules"]


def test_the_forms_carry_their_titles_and_numbers(pack):
    assert {form.number: form.title.zh for form in pack.forms.values() if form.number} == {
        "TXHY.QR-019": "不合格报告",
        "TXHY.QR-022": "业主住户投诉/报修登记表",
        "TXHY.QR-023": "投诉处理表",
        "TXHY.QR-024": "派工单",
    }


def test_asking_for_duties_costs_next_to_nothing(pack):
    import timeit

    seconds = min(timeit.repeat(lambda: pack.dispatch.duties_for(ORDINARY), number=1000, repeat=3)) / 1000
    assert timedelta(seconds=seconds) < timedelta(microseconds=50)
