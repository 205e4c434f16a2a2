"""The model of docs/scaling.md says of an intake what its simulation shows, and the page says what was measured."""

import pytest

from bench.scaling.batches import Batches, Intake
from bench.scaling.coefficients import Coefficients
from bench.scaling.needs import branch, needs, steps
from bench.scaling.page import PAGE, tables, written
from bench.scaling.simulation import play
from closeloop.contracts.loop import SERVICES

CASES = 4_000
QUICK_DISK, SLOW_DISK = Batches(0.003, 0.00015), Batches(0.012, 0.00015)


def an_intake(replicas: int, batches: Batches = QUICK_DISK) -> Intake:
    return Intake(replicas, batches, request=0.0003, inside=0.0001)


def some_coefficients() -> Coefficients:
    each = dict.fromkeys((*SERVICES, "postgres", "nats"), 0.002)
    return Coefficients(
        quiet_rate=5,
        quiet={name: 2 * cost for name, cost in each.items()},
        busy_rate=50,
        busy=each,
        heard=dict.fromkeys(SERVICES, 500.0),
        request=0.0003,
        inside=0.0001,
        batches=QUICK_DISK,
        bytes=dict.fromkeys(SERVICES, 20_000.0),
        streamed=10_000,
        messages=20,
        logged=50_000,
        quiet_flushes=20,
        busy_flushes=5,
    )


@pytest.mark.parametrize("part", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("intake", [an_intake(1), an_intake(2), an_intake(4), an_intake(2, SLOW_DISK)])
def test_the_model_says_what_the_simulation_shows(intake: Intake, part: float):
    rate = intake.most * part
    seen = play(intake, rate, CASES / rate, seed=1)
    assert seen.rate == pytest.approx(rate, rel=0.06)
    assert seen.per_batch == pytest.approx(intake.batches.cases(rate), rel=0.15)
    assert seen.mean == pytest.approx(intake.seconds(rate), rel=0.15)


@pytest.mark.parametrize(("replicas", "narrowest"), [(1, "replicas"), (8, "register")])
def test_beyond_what_the_narrowest_part_carries_the_queue_grows(replicas: int, narrowest: str):
    intake = an_intake(replicas)
    assert intake.narrowest == narrowest
    kept_up, fell_behind = (play(intake, intake.most * part, 1.0, seed=2).rate / intake.most for part in (0.9, 1.2))
    assert kept_up == pytest.approx(0.9, rel=0.05)
    assert fell_behind < 1.05


def test_a_further_process_helps_until_the_register_has_no_more_time():
    most = [an_intake(replicas).most for replicas in (1, 2, 4, 8)]
    assert most == [2500, 5000, pytest.approx(1 / 0.00015), pytest.approx(1 / 0.00015)]


def test_what_a_branch_cannot_carry_another_one_does():
    known = some_coefficients()
    assert branch(known) == pytest.approx(300)
    found = [needs(known, rate) for rate in (5, 100, 1_000)]
    assert [one.branches for one in found] == [1, 1, 4]
    assert found[0].cores["services"] == pytest.approx(5 * 5 * 0.004 / 0.6)
    assert found[2].processes["dispatch"] == 1 and found[2].flushes == pytest.approx(5_000)
    assert found[2].a_year == pytest.approx(100 * found[0].a_year * 2)


def test_first_of_all_the_machine_is_too_small():
    assert [step.part.partition(":")[0] for step in steps(some_coefficients())][:2] == ["machine", "process"]


def test_the_tables_say_what_each_rate_needs():
    said = tables(some_coefficients())
    assert "| 1,000 | 4 | 1 |" in said and "| 10,000 | 34 |" in said
    assert "| 1 | 2,500 | replicas |" in said and "| 8 | 6,667 | register |" in said


def test_the_page_says_what_was_measured_last():
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(Coefficients.measured(), page), "python -m bench.scaling.page writes it"
