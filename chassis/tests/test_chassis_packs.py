"""Packs: loaded, asked, written down; and a wrong one is answered with file, line and what to write instead."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.clock import parse_moment
from closeloop.chassis.packs import (
    BadPack,
    Pack,
    canonical,
    finding,
    lint,
    load_pack,
    moment_after,
    packs_for,
)
from closeloop.chassis.packs.command import lint_packs, procedures
from closeloop.chassis.packs.fitting import FITTING, NEVER_ALONE, every_entry
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure import Length

INVENTED = Path(__file__).parent / "packs" / "P00"
MONDAY = parse_moment("2026-01-05T09:00+08:00")


@pytest.fixture
def pack() -> Pack:
    return load_pack(INVENTED)


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(INVENTED, tmp_path / "P00"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# asked


def test_a_pack_says_who_it_is_in_both_languages(pack):
    assert (pack.id, pack.version, pack.title.zh, pack.title.en) == ("P00", "1.0", "投诉处理", "Complaints")
    assert list(pack.clauses) == ["P00-1", "P00-2", "P00-3"]
    assert pack.not_yet == ("P00-3",)
    assert pack.entries_of("P00-2") == ("procedure.parameters.answer_within", "dispatch.limits.answer")
    assert pack.title_of("workshop").en == "Workshop"
    assert pack.title_of("nobody").en == "nobody"
    assert pack.superior_of("front") == "manager"
    assert pack.superior_of("manager") is None


def test_duties_follow_from_the_facts_and_wait_for_those_that_are_unknown(pack):
    assert [rule.name for rule in pack.dispatch.duties_for({"severity": "serious"})] == ["answer"]
    assert [rule.name for rule in pack.dispatch.duties_for({"severity": "major"})] == ["decide"]
    assert pack.dispatch.duties_for({}) == ()
    assert [(rule.name, missing) for rule, missing in pack.dispatch.waiting_for({})] == [
        ("answer", ("severity",)),
        ("decide", ("severity",)),
    ]
    assert pack.dispatch.offered_for({"severity": "major"}) == ()


def test_facts_rate_a_case_as_far_as_they_suffice(pack):
    assert pack.intake.rate({"amount": 100}).facets == {"severity": "minor"}
    assert pack.intake.rate({"amount": 500}).facets == {"severity": "serious"}
    assert [facet.name for facet in pack.intake.rate({}).open] == ["severity"]
    assert pack.intake.rate({"amount": 5}, {"severity": "major"}).facets == {"severity": "major"}


def test_how_soon_is_a_length_of_the_entry_or_of_a_parameter(folder):
    written = (
        "handovers:\n  others:\n    {channel: telephone, to: front, within: 1 hour, own_practice: x}\ncloses_when:"
    )
    change(folder, "intake.yaml", "closes_when:", written)
    at_once = "    at_once: {within: {parameter: answer_within}, own_practice: x}\n    own_practice: The only kind."
    change(folder, "intake.yaml", "    own_practice: The only kind.", at_once)
    intake = load_pack(folder).intake
    handover = intake.handover_of({"channel": "telephone"})
    assert handover is not None
    assert (handover.name, str(handover.entry.within)) == ("others", "1 hour")
    assert intake.handover_of({"channel": "letter"}) is None
    soon = intake.kinds["complaint"].at_once
    assert soon is not None and str(soon.within) == "2 working days"


def test_a_parameter_that_is_no_length_says_not_how_soon(folder):
    at_once = "    at_once: {within: {parameter: answer_within}, own_practice: x}\n    own_practice: The only kind."
    change(folder, "intake.yaml", "    own_practice: The only kind.", at_once)
    change(folder, "procedure.yaml", "    value: 2 working days\n    unit: length", "    value: 2\n    unit: count")
    assert any("intake.yaml:22: The parameter answer_within says no length" in str(one) for one in lint(folder).faults)


def test_a_facet_that_may_be_rated_later_is_waited_for_by_nobody(folder):
    change(folder, "intake.yaml", "    rated_by: front\n", "    rated_by: front\n    later: true\n")
    assert load_pack(folder).intake.rate({}).open == ()


def test_marks_close_a_case_or_open_another_round(pack):
    assert not pack.intake.may_be_closed({})
    assert not pack.intake.may_be_closed({"handled": True})
    assert pack.intake.may_be_closed({"handled": True, "satisfied": True})
    assert pack.intake.needs_another_round({"handled": True, "dissatisfied": True})
    assert not pack.intake.needs_another_round({"handled": True})


def test_a_limit_takes_the_length_of_the_case_else_the_parameter(pack):
    calendar = WorkingCalendar()
    due = pack.dispatch.limit("answer").due(MONDAY, {"severity": "minor"}, calendar)
    assert due.due_at == parse_moment("2026-01-07T17:30+08:00")
    assert due.warn_at == (parse_moment("2026-01-07T13:30+08:00"),)
    assert not due.is_estimate
    due = pack.dispatch.limit("answer").due(MONDAY, {"severity": "major"}, calendar)
    assert due.due_at == MONDAY + timedelta(minutes=30)
    assert due.warn_at == ()
    answer = pack.dispatch.duty("answer")
    assert pack.dispatch.limits_that_start(answer, "issued") == ("answer",)
    assert pack.dispatch.limits_that_stop(answer, "returned") == ("answer",)
    assert pack.dispatch.marks_set_at(answer, "returned") == ("handled",)


@pytest.mark.parametrize(
    "length, end",
    [
        ("30 minutes", "2026-01-31T09:30+08:00"),
        ("24 hours", "2026-02-01T09:00+08:00"),
        ("2 days", "2026-02-02T09:00+08:00"),
        ("1 week", "2026-02-07T09:00+08:00"),
        ("1 month", "2026-02-28T09:00+08:00"),
        ("1 working hour", "2026-02-02T09:30+08:00"),
        ("1 working day", "2026-02-02T17:30+08:00"),
    ],
)
def test_lengths_run_by_the_clock_or_in_working_time(length, end):
    saturday = parse_moment("2026-01-31T09:00+08:00")
    assert moment_after(Length.model_validate(length), saturday, WorkingCalendar()) == parse_moment(end)


def test_callback_survey_and_guidance_answer_for_a_case(pack):
    coverage = pack.callback.coverage_for({})
    assert coverage is not None
    assert pack.callback.share_of(coverage) == 100
    exemption = pack.callback.exempted_by({"contact_left": False})
    assert exemption is not None
    assert exemption.name == "no_contact"
    assert pack.callback.exempted_by({"contact_left": True}) is None
    assert [rule.name for rule in pack.survey.going_out("closed", {"severity": "major"})] == ["after_closing"]
    assert [rule.name for rule in pack.guidance.at("register", {})] == ["polite"]
    assert pack.guidance.at("finish", {}) == ()
    assert pack.stats.at_least(pack.stats.indicators[0]) == 90


def test_the_facts_of_a_case_are_its_header_its_facets_and_what_else_is_known(pack):
    header = CaseHeader(
        id="1",
        number="B/1",
        kind="complaint",
        basic_kind="complaint",
        procedure="P00",
        procedure_version="1.0",
        channel="telephone",
        facets={"severity": "major"},
    )
    facts = pack.facts_of(header, {"amount": 5, "severity": "minor"})
    assert facts["kind"] == facts["basic_kind"] == "complaint"
    assert (facts["severity"], facts["amount"], facts["round"], facts["contact_left"]) == ("major", 5, 1, True)


def test_further_rounds_go_higher_and_by_their_own_limits(folder):
    again = "    again: {limits: [answer], rising: [{from_round: 3, to: manager}], own_practice: Once more.}\n"
    change(folder, "dispatch.yaml", "    limits: [answer]", again + "    limits: [answer]")
    dispatch = load_pack(folder).dispatch
    assert [rule.name for rule in dispatch.duties_for({"severity": "minor", "round": 2})] == ["answer"]
    assert [rule.name for rule in dispatch.duties_for({"severity": "major", "round": 2})] == ["decide"]
    answer = dispatch.duty("answer")
    assert [dispatch.desk_of(answer, {}, round_) for round_ in (1, 2, 3, 4)] == [
        "workshop",
        "workshop",
        "manager",
        "manager",
    ]
    assert dispatch.limits_of(answer, 2) == ("answer",)


# written down


def test_a_pack_is_the_same_after_travelling_as_json(pack):
    again = Pack.from_json(canonical(pack))
    assert again == pack
    assert again.hash == pack.hash
    assert canonical(again) == canonical(pack)
    assert [rule.name for rule in again.dispatch.duties_for({"severity": "serious"})] == ["answer"]
    assert Pack(again.parts).canonical == pack.canonical


def test_a_change_of_a_rule_changes_the_hash_and_a_comment_does_not(pack, folder):
    change(folder, "dispatch.yaml", "duties:", "# a remark\nduties:")
    change(folder, "scenarios/plain.yaml", "en: Plain", "en: Simple")
    assert load_pack(folder).hash == pack.hash
    change(folder, "dispatch.yaml", "30 minutes", "31 minutes")
    assert load_pack(folder).hash != pack.hash


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"strange":{}}', '{"procedure":{"id":"P00"}}'])
def test_json_that_is_no_pack_is_refused(written):
    with pytest.raises(BadPack, match="The stored pack: It cannot be read by this version"):
        Pack.from_json(written)


# refused

UNREADABLE = [
    (
        "dispatch.yaml",
        "    to: workshop",
        "\tto: workshop",
        "dispatch.yaml:5: This is not YAML (found character '\\t' that cannot start any token): "
        "indent with spaces and put a text that holds a colon in quotes.",
    ),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    two: workshop",
        "dispatch.yaml:5: There is no key 'two' in duties.answer: did you mean 'to'?",
    ),
    (
        "dispatch.yaml",
        "    limits: [answer]",
        "    limits: answer",
        "dispatch.yaml:10: duties.answer.limits cannot be 'answer': write a list, such as [answer].",
    ),
    ("dispatch.yaml", "    form: sheet\n", "", "dispatch.yaml:2: The key 'form' is missing in duties.answer: add it."),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    to: {}",
        "dispatch.yaml:5: duties.answer.to is not complete or not right: say exactly one: the desk "
        "(desk: customer_service), the fact that names it (fact: ...), among: [...] of which somebody picks, "
        "or each: department.",
    ),
    (
        "dispatch.yaml",
        "    own_practice: Somebody has to answer.\n",
        "",
        "dispatch.yaml:2: duties.answer is not complete or not right: name the clauses that this fulfils "
        "(clauses: [...]), or say why it is here (own_practice:).",
    ),
    (
        "dispatch.yaml",
        "4 working hours",
        "soon",
        "dispatch.yaml:31: limits.answer.warn_before.0 is not complete or not right: write a number and one of "
        "minutes, hours, days, weeks, months, years, working minutes, working hours, working days, "
        "such as 2 working days, or {parameter: <name>}.",
    ),
    (
        "dispatch.yaml",
        "{at_most: serious}",
        "{at_most: grave}",
        "dispatch.yaml:4: severity has no value 'grave': write one of minor, serious, major.",
    ),
    (
        "dispatch.yaml",
        "{severity: {is: major}}\n    to",
        "{severity: major}\n    to",
        "dispatch.yaml:15: duties.decide.when.facts.severity is not complete or not right: "
        "write a test, such as {is: major}.",
    ),
    (
        "dispatch.yaml",
        "  decide:",
        "  answer:",
        "dispatch.yaml:13: The key 'answer' stands here for the second time: remove one.",
    ),
    (
        "dispatch.yaml",
        "  decide:",
        "  Decide it:",
        "dispatch.yaml:13: The name 'Decide it' does not fit: write it so that it matches ^[a-z][a-z0-9_]*$.",
    ),
    (
        "clauses.yaml",
        "kind: record",
        "kind: records",
        "clauses.yaml:5: clauses.P00-1.kind cannot be 'records': did you mean 'record'?",
    ),
    (
        "procedure.yaml",
        'version: "1.0"',
        "version: 1.0",
        "procedure.yaml:3: version cannot be 1.0: input should be a valid string.",
    ),
    (
        "forms/sheet.yaml",
        "type: long_text",
        "typ: long_text",
        "forms/sheet.yaml:5: There is no key 'typ' in fields.result: did you mean 'type'?",
    ),
    (
        "callback.yaml",
        "  telephone:",
        "  smoke_signal:",
        "callback.yaml:10: forms.smoke_signal.[key] cannot be 'smoke_signal': write one of visit, telephone, letter.",
    ),
    (
        "guidance.yaml",
        "    at: [register]",
        "    at: &steps [register]\n    when: *steps",
        "guidance.yaml:4: A pack repeats nothing by alias (*name): write it out.",
    ),
    ("guidance.yaml", "guidance:", "- guidance:", "guidance.yaml:1: This file holds keys: write one of guidance."),
]


@pytest.mark.parametrize("file, old, new, sentence", UNREADABLE, ids=lambda part: part if len(part) < 20 else None)
def test_a_pack_that_cannot_be_read_says_where_and_what_to_write(folder, file, old, new, sentence):
    change(folder, file, old, new)
    with pytest.raises(BadPack) as bad:
        load_pack(folder)
    assert any(line.startswith(sentence) for line in str(bad.value).splitlines())
    assert lint(folder).exit_code == 2


def test_every_fault_of_every_file_is_said_at_once(folder):
    change(folder, "dispatch.yaml", "    to: workshop", "    two: workshop")
    change(folder, "stats.yaml", "numerator:", "nominator:")
    (folder / "intake.yaml").unlink()
    (folder / "survay.yaml").write_text("", encoding="utf-8")
    with pytest.raises(BadPack) as bad:
        load_pack(folder)
    assert [f"{fault.file}:{fault.line}" for fault in bad.value.faults] == [
        "dispatch.yaml:2",
        "dispatch.yaml:5",
        "intake.yaml:0",
        "stats.yaml:4",
        "survay.yaml:0",
    ]
    assert "survay.yaml: A pack has no such file: did you mean 'survey.yaml'?" in str(bad.value)


@pytest.mark.parametrize(
    "where, sentence",
    [
        ("P00-not-here", "P00-not-here: There is neither a folder nor an installed pack of this name"),
        (Path(__file__).parent / "packs" / "P00" / "forms", "procedure.yaml: This file is missing"),
    ],
)
def test_a_pack_that_is_not_there_is_said_to_be_missing(where, sentence):
    with pytest.raises(BadPack) as bad:
        load_pack(where)
    assert sentence in str(bad.value)


def test_bytes_that_are_no_text_are_refused(folder):
    (folder / "stats.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPack, match=r"stats\.yaml:1: This file is not UTF-8: save it in that encoding\."):
        load_pack(folder)


# found by lint

FOUND = [
    (
        "clauses.yaml",
        "not_yet: [P00-3]",
        "not_yet: []",
        "clauses.yaml:12: No entry fulfils P00-3: name it in the clauses: of a fitting entry, or add it to not_yet.",
    ),
    (
        "clauses.yaml",
        "not_yet: [P00-3]",
        "not_yet: [P00-3, P00-1]",
        "clauses.yaml:17: P00-1 is fulfilled by now: take it off this list.",
    ),
    (
        "stats.yaml",
        "own_practice: To know.",
        "clauses: [P00-33]",
        "stats.yaml:8: clauses.yaml has no clause 'P00-33': did you mean 'P00-3'?",
    ),
    (
        "stats.yaml",
        "own_practice: To know.",
        "clauses: [P00-2]",
        "stats.yaml:8: P00-2 is a deadline clause and cannot be fulfilled here, by indicator: "
        "bind it to one of answering, appointments, at once, coverage, facet, handover, job, limit, loop, sign off, "
        "telling.",
    ),
    (
        "callback.yaml",
        "    share: 100",
        "    share: 100\n    select: sample",
        "callback.yaml:6: Nobody draws the sample all: "
        "add a job to schedule.yaml that does sample_callbacks about all.",
    ),
    (
        "callback.yaml",
        "loop:\n",
        "supervision: {by: manager, own_practice: Nobody checks themselves.}\nloop:\n",
        "callback.yaml:18: Nobody is told when to check the callers: "
        "add a job to schedule.yaml that does check_callers.",
    ),
    (
        "callback.yaml",
        "loop:\n",
        "same_problem: {form: sheet, own_practice: Once., letter: {form: sheet, own_practice: Posted.}}\nloop:\n",
        "callback.yaml:18: A public letter answers the customers: say in loop.marks which mark answered sets.",
    ),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    to: workshp",
        "dispatch.yaml:5: There is no desk 'workshp': did you mean 'workshop'?",
    ),
    (
        "dispatch.yaml",
        "    form: sheet",
        "    form: shet",
        "dispatch.yaml:6: There is no form 'shet': did you mean 'sheet'?",
    ),
    (
        "dispatch.yaml",
        "    limits: [answer]",
        "    limits: [anser]",
        "dispatch.yaml:10: There is no limit 'anser': did you mean 'answer'?",
    ),
    (
        "dispatch.yaml",
        "    length: {parameter: answer_within}",
        "    length: {parameter: answer_by}",
        "dispatch.yaml:28: There is no parameter 'answer_by': did you mean 'answer_within'?",
    ),
    (
        "dispatch.yaml",
        "severity: {at_most: serious}",
        "severty: {is: minor}",
        "dispatch.yaml:4: Nobody tells the fact 'severty': did you mean 'severity'?",
    ),
    (
        "dispatch.yaml",
        "{at_most: serious}",
        "{is: mayor}",
        "dispatch.yaml:4: severity is never 'mayor': did you mean 'major'?",
    ),
    (
        "dispatch.yaml",
        "{at_most: serious}",
        "{is: major, at_most: serious}",
        "dispatch.yaml:4: This can never be true, so the rule is dead: correct or remove it.",
    ),
    (
        "dispatch.yaml",
        "{at_most: serious}",
        "{at_least: minor}",
        "dispatch.yaml:15: A case may get the duty decide and also answer, both of the kind handling on one form: "
        "let their conditions exclude each other, or put one after the other.",
    ),
    (
        "dispatch.yaml",
        "{at_most: serious}",
        "{is: minor}",
        "intake.yaml:18: Some complaint reaches no desk: give every such case a duty in dispatch.yaml.",
    ),
    (
        "dispatch.yaml",
        "    stops: returned",
        "    stops: finished",
        "dispatch.yaml:27: The limit answer of the duty answer never stops: it has no moment 'finished'; "
        "add the step finish, or name another moment.",
    ),
    (
        "dispatch.yaml",
        "    marks: {handled: returned}",
        "    marks: {handled: signed}",
        "dispatch.yaml:11: The duty answer: it has no moment 'signed'; add the step sign, or name another moment.",
    ),
    (
        "dispatch.yaml",
        "    starts: issued",
        "    starts: returned",
        "dispatch.yaml:27: The limit answer stops at returned, which is not after returned in the duty answer: "
        "name a later moment.",
    ),
    (
        "dispatch.yaml",
        "    stops: returned",
        "    stops: retuned",
        "dispatch.yaml:27: The limit answer of the duty answer never stops: it has no moment 'retuned'; "
        "add the step retuned, or name another moment.",
    ),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    to: {among: [workshop, front]}",
        "dispatch.yaml:5: Nobody picks who gets the duty answer: add when_necessary or further_by, or name the desk.",
    ),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    to: {fact: responsible}",
        "dispatch.yaml:5: There is no fact that names a desk 'responsible': write one of severity.",
    ),
    (
        "dispatch.yaml",
        "    to: workshop",
        "    when_necessary: {decided_by: manager, before: {duty: decide, step: retrun}, own_practice: x}\n"
        "    to: workshop",
        "dispatch.yaml:5: There is no step 'retrun': did you mean 'return'?",
    ),
    (
        "dispatch.yaml",
        "      accept: {own_practice: So that it is known.}\n      return: {own_practice: So that it is known.}\n",
        "      return: {own_practice: So that it is known.}\n      accept: {own_practice: So that it is known.}\n",
        "dispatch.yaml:7: The duty answer never ends: let its last step be return, with which its form goes back.",
    ),
    (
        "dispatch.yaml",
        "      accept: {own_practice: So that it is known.}",
        "      look: {own_practice: So that it is known.}",
        "dispatch.yaml:8: look is a step of your own: give it a title, or name one of "
        "accept, assign, arrive, finish, sign, return.",
    ),
    (
        "dispatch.yaml",
        "      return: {own_practice: So that it is known.}\n    limits: [answer]\n    marks: {handled: returned}\n"
        "    own_practice: Somebody has to answer.",
        "      return: {not_by: [acept], own_practice: So that it is known.}\n    limits: [answer]\n"
        "    marks: {handled: returned}\n    own_practice: Somebody has to answer.",
        "dispatch.yaml:9: There is no earlier step 'acept': did you mean 'accept'?",
    ),
    (
        "dispatch.yaml",
        "      accept: {own_practice: So that it is known.}\n      return: {own_practice: So that it is known.}\n",
        "      assign: {own_practice: To somebody.}\n      arrive: {own_practice: So that it is known.}\n"
        "      return: {not_by: [arrive], own_practice: So that it is known.}\n",
        "dispatch.yaml:10: return is taken by whoever the duty is assigned to, and arrive is, too: name the role that "
        "takes one of them (by: ...), or leave not_by out.",
    ),
    (
        "dispatch.yaml",
        "      accept: {own_practice: So that it is known.}",
        "      accept: {rates: [severity], own_practice: So that it is known.}",
        "dispatch.yaml:8: severity is rated when the case comes in: add later: true to it, so that no case waits.",
    ),
    (
        "dispatch.yaml",
        "{severity: {is: major}}, length: 30 minutes}",
        "{}, length: 1 hour}\n      - {when: {severity: {is: major}}, length: 30 minutes}",
        "dispatch.yaml:31: What stands above already takes every such case, so this is dead: move it up or remove it.",
    ),
    (
        "survey.yaml",
        "{severity: {is: major}}",
        "{kind: {at_least: complaint}}",
        "survey.yaml:9: kind has no order, so at_least says nothing about it: write {in: [...]} or make it ordered.",
    ),
    (
        "intake.yaml",
        "{at_most: 100}",
        "{at_most: 100 CNY}",
        "intake.yaml:30: amount is a number, and '100 CNY' is none: write it without quotes and without a unit.",
    ),
    (
        "intake.yaml",
        "any: [{satisfied: {is: true}}]",
        "any: [{satisfide: {is: true}}]",
        "intake.yaml:39: Nobody tells the fact 'satisfide': did you mean 'satisfied'?",
    ),
    (
        "intake.yaml",
        "    required: [content]",
        "    required: [contents]",
        "intake.yaml:11: There is no column 'contents': did you mean 'content'?",
    ),
    (
        "intake.yaml",
        "    register: book",
        "    register: books",
        "intake.yaml:21: There is no register 'books': did you mean 'book'?",
    ),
    (
        "survey.yaml",
        "    form: questionnaire",
        "    form: sheet",
        "survey.yaml:7: Nothing on the form sheet counts: let at least one field be answered by a scale or points.",
    ),
    (
        "forms/questionnaire.yaml",
        "scale: steps",
        "scale: step",
        "forms/questionnaire.yaml:5: There is no scale 'step': did you mean 'steps'?",
    ),
    (
        "procedure.yaml",
        "    value: 2 working days\n",
        "",
        "procedure.yaml:16: Nobody says what answer_within is: give its value, or the role that sets it (set_by).",
    ),
    (
        "procedure.yaml",
        "    head: manager",
        "    head: manger",
        "procedure.yaml:9: There is no desk 'manger': did you mean 'manager'?",
    ),
    (
        "scenarios/plain.yaml",
        "by: front",
        "by: frond",
        "scenarios/plain.yaml:4: There is no role 'frond': did you mean 'front'?",
    ),
    (
        "intake.yaml",
        "closes_when:",
        "handovers:\n  others:\n    {channel: telephon, to: front, within: 1 hour, own_practice: x}\ncloses_when:",
        "intake.yaml:40: There is no channel 'telephon': did you mean 'telephone'?",
    ),
    (
        "intake.yaml",
        "    own_practice: The only kind.",
        "    at_once: {within: {parameter: answer_withi}, own_practice: x}\n    own_practice: The only kind.",
        "intake.yaml:22: There is no parameter 'answer_withi': did you mean 'answer_within'?",
    ),
    (
        "stats.yaml",
        "by: [severity, place]",
        "by: [severty, place]",
        "stats.yaml:13: There is no group 'severty': did you mean 'severity'?",
    ),
    (
        "stats.yaml",
        "by: [severity, place]",
        "by: [severity, area]",
        "stats.yaml:13: There is no group 'area': write one of place, department, kind, channel, severity.",
    ),
    (
        "stats.yaml",
        "{of: [limits_kept], about: [answer],",
        "{of: [limits_kept], about: [answr],",
        "stats.yaml:11: There is no limit 'answr': did you mean 'answer'?",
    ),
    (
        "stats.yaml",
        "    of: answers",
        "    of: answer",
        "stats.yaml:18: There is no indicator 'answer': did you mean 'answers'?",
    ),
    (
        "stats.yaml",
        "each: place",
        "each: kind",
        "stats.yaml:19: There is no group of answers 'kind': write one of severity, place.",
    ),
    (
        "stats.yaml",
        "    per: month\n    below",
        "    per: week\n    below",
        "stats.yaml:20: There is no period of answers 'week': write one of month.",
    ),
]


@pytest.mark.parametrize("file, old, new, sentence", FOUND, ids=lambda part: part if len(part) < 20 else None)
def test_lint_finds_what_would_go_wrong_later(folder, file, old, new, sentence):
    change(folder, file, old, new)
    report = lint(folder)
    assert sentence in [str(fault) for fault in report.faults]
    assert report.exit_code == 1


def test_lint_of_a_good_pack_prints_what_is_not_fulfilled_yet():
    report = lint(INVENTED)
    assert report.exit_code == 0
    assert report.lines()[:2] == [
        "1 of 3 clauses are not fulfilled yet:",
        "  P00-3  Once a year the manager reports.",
    ]
    assert report.lines()[2].endswith(": nothing found.")


def test_files_that_are_left_out_say_nothing(folder):
    for file in ("callback.yaml", "survey.yaml", "forms/questionnaire.yaml", "stats.yaml"):
        (folder / file).unlink()
    change(folder, "intake.yaml", "any: [{satisfied: {is: true}}]", "not: {again: {is: true}}")
    change(folder, "intake.yaml", "when: {dissatisfied: {is: true}}", "when: {again: {is: true}}")
    change(folder, "dispatch.yaml", "marks: {handled: returned}", "marks: {handled: returned, again: accepted}")
    assert [str(fault) for fault in lint(folder).faults] == []
    pack = load_pack(folder)
    assert pack.callback.coverage_for({"kind": "complaint"}) is None
    assert (pack.callback.loop.marks, pack.survey.surveys, pack.stats.indicators) == ({}, (), ())
    assert Pack.from_json(canonical(pack)) == pack


def test_who_asks_customers_says_what_follows_from_an_answer(folder):
    text = (folder / "callback.yaml").read_text(encoding="utf-8")
    (folder / "callback.yaml").write_text(text[: text.index("loop:")], encoding="utf-8")
    assert lint(folder).exit_code == 2
    assert "say what follows from an answer" in lint(folder).lines()[0]


def test_every_kind_of_entry_fulfils_some_kind_of_clause():
    there = {entry.__name__ for entry in every_entry()}
    nowhere = there - set().union(*FITTING.values()) - NEVER_ALONE
    assert nowhere == set(), "an entry that fulfils no clause of any kind: pair it in fitting.py"


def test_of_several_packs_those_work_whose_desk_the_organisation_has(folder, monkeypatch):
    change(folder, "procedure.yaml", "desk: front", "desk: workshop")
    one, other = ("P00", INVENTED), ("P00b", folder)
    monkeypatch.setattr(finding, "installed_packs", lambda: iter((one, other)))
    assert packs_for(("front", "manager")) == [one]
    assert packs_for(("front", "workshop")) == [one, other]
    assert packs_for(("elsewhere",)) == []
    monkeypatch.setattr(finding, "installed_packs", lambda: iter((one,)))
    assert packs_for(("elsewhere",)) == [one], "a single pack leaves no choice"


# on the command line

app = typer.Typer()
app.command("lint")(lint_packs)
app.add_typer(procedures)


def test_the_command_lints_packs_with_exit_codes(folder, tmp_path):
    good = CliRunner().invoke(app, ["lint", str(INVENTED)])
    assert (good.exit_code, "nothing found" in good.output) == (0, True)
    change(folder, "clauses.yaml", "not_yet: [P00-3]", "not_yet: []")
    assert CliRunner().invoke(app, ["lint", str(INVENTED), str(folder)]).exit_code == 1
    nowhere = CliRunner().invoke(app, ["lint", str(folder), str(tmp_path / "nowhere")])
    assert (nowhere.exit_code, "neither a folder nor an installed pack" in nowhere.output) == (2, True)


def test_the_command_shows_where_each_clause_is_fulfilled(tmp_path):
    shown = CliRunner().invoke(app, ["procedures", "show", str(INVENTED)])
    assert shown.exit_code == 0
    assert "P00-2  两天\n  procedure.parameters.answer_within, dispatch.limits.answer" in shown.output
    assert "P00-3  年报\n  not yet" in shown.output
    assert CliRunner().invoke(app, ["procedures", "show", str(tmp_path / "nowhere")]).exit_code == 2
    assert CliRunner().invoke(app, ["procedures", "list"]).exit_code == 0
