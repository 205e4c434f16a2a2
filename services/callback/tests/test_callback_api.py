"""Callback for machines: attempts, waivers, lists; each refusal is one clear sentence."""

import pytest

from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.every import AttemptRefused, MarkSet, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, RoundOpened
from closeloop.contracts.vocabulary import OccasionEnd

ATTEMPTS, WAIVER = "/api/callback/callbacks/case1.1/attempts", "/api/callback/callbacks/case1.1/waiver"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "很满意"}
LETTER = b"%PDF-1.7 reply %%EOF"
PROOF = {"hash": "a" * 64, "size": 1000, "type": "application/pdf"}


@pytest.fixture
async def planned(hear, about, handled):
    """A complaint whose customer is to be called back."""
    await hear(about(CaseAssessed))
    await hear(handled())


@pytest.fixture
def marks(published):
    async def set_so_far():
        return [(event.mark, event.round) for event in await published(MarkSet)]

    return set_so_far


@pytest.fixture
def ends(published):
    async def told():
        return {(judged.clause, judged.of): judged.end for event in await published() for judged in event.occasions}

    return told


async def test_a_satisfied_customer_ends_the_callback(planned, api, published, marks, ends):
    answer = await api.post(ATTEMPTS, json=CALL)
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "done" and answer.json()["outcome"] == "satisfied"
    [told] = await published(CallbackAttempted)
    assert (told.caller, told.note, told.counts, told.attempt) == ("desk-1", "很满意", True, 1)
    assert await marks() == [("satisfied", 1)]
    assert [task.kind for task in await published(TaskClosed)] == ["call"]
    judged = await ends()
    assert judged["P00-4.4-a", "callback:1"] == judged["P00-4.4-d1", "callback:1"] == OccasionEnd.KEPT
    assert judged["P00-4.4-c", "callback:1:1"] == judged["P00-4.4-d3", "callback:1:1"] == OccasionEnd.KEPT
    assert judged["P00-4.4-d2", "callback:1:1"] == OccasionEnd.WAIVED
    assert OccasionEnd.OPENED not in judged.values()


async def test_a_dissatisfied_customer_is_asked_again_after_another_round(
    planned, api, hear, about, handled, published, marks, ends
):
    await api.post(ATTEMPTS, json=CALL | {"outcome": "dissatisfied", "note": "还是没人打扫"})
    assert await marks() == [("dissatisfied", 1)]
    again = {of: end for (_clause, of), end in (await ends()).items() if of == "again:1"}
    assert again == {"again:1": OccasionEnd.OPENED}
    await hear(about(RoundOpened, round=2))
    await hear(handled(round=2))
    assert [event.callback_id for event in await published(CallbackPlanned)] == ["case1.1", "case1.2"]
    answer = await api.post("/api/callback/callbacks/case1.2/attempts", json=CALL)
    assert answer.status_code == 201
    assert (await marks())[-1] == ("satisfied", 2)
    assert OccasionEnd.OPENED not in (await ends()).values()


async def test_the_head_is_warned_after_the_rounds_of_the_pack(api, hear, handled, published, pack):
    for round_ in range(1, pack.intake.rounds.warn_after + 1):
        await hear(handled(round=round_))
        answer = await api.post(
            f"/api/callback/callbacks/case1.{round_}/attempts", json=CALL | {"outcome": "dissatisfied"}
        )
        assert answer.status_code == 201, answer.text
    [warning] = [task for task in await published(TaskOpened) if task.kind == "warn"]
    assert warning.desk == pack.intake.rounds.warn


async def test_who_is_not_reached_is_tried_again_and_then_marked_unreachable(planned, api, published, marks, pack):
    for n in range(1, pack.callback.loop.attempts + 1):
        assert await marks() == []
        answer = await api.post(ATTEMPTS, json={"form": "telephone", "outcome": "unreachable"})
        assert answer.status_code == 201 and answer.json()["tries"] == n
    assert await marks() == [("unreachable", 1)]
    assert [event.counts for event in await published(CallbackAttempted)] == [False] * pack.callback.loop.attempts
    assert (await api.post(ATTEMPTS, json=CALL)).status_code == 409


async def test_who_declines_in_the_call_waives_the_callback(planned, api, published, marks):
    answer = await api.post(ATTEMPTS, json=CALL | {"outcome": "declined"})
    assert answer.json()["status"] == "waived"
    [told] = await published(CallbackWaived)
    assert told.reason == "declined"
    assert await marks() == [("waived", 1)]


async def test_a_visit_needs_the_customers_signature(planned, api, published):
    visit = CALL | {"form": "visit"}
    refused = await api.post(ATTEMPTS, json=visit)
    assert refused.status_code == 409 and refused.json()["clause"]
    [attempt] = await published(AttemptRefused)
    assert attempt.clause == refused.json()["clause"]
    signed = await api.post(ATTEMPTS, json=visit | {"signature": {"means": "paper", "signer": "李梅"}})
    assert signed.status_code == 201
    [told] = await published(CallbackAttempted)
    assert told.signature.signer == "李梅" and told.signature.role == "customer" and len(told.signature.hash) == 64


async def test_a_refusal_to_sign_needs_a_witness(planned, api, published):
    visit = CALL | {"form": "visit"}
    alone = await api.post(ATTEMPTS, json=visit | {"signature": {"means": "refused"}})
    assert alone.status_code == 409 and "witness" in alone.json()["detail"]
    seen = await api.post(ATTEMPTS, json=visit | {"signature": {"means": "refused", "witness": "王保安"}})
    assert seen.status_code == 201
    [told] = await published(CallbackAttempted)
    assert told.signature.witness == "王保安" and told.counts


async def test_nobody_signs_on_the_telephone(planned, api):
    answer = await api.post(ATTEMPTS, json=CALL | {"signature": {"means": "typed", "signer": "李梅"}})
    assert answer.status_code == 409


async def test_nobody_at_home_need_not_sign(planned, api):
    assert (await api.post(ATTEMPTS, json={"form": "visit", "outcome": "unreachable"})).status_code == 201


async def test_a_promised_answer_keeps_the_callback_open_and_goes_up_when_due(
    planned, api, published, marks, house, pack
):
    answer = await api.post(ATTEMPTS, json=CALL | {"answer_by": "2026-01-06T10:00:00+08:00"})
    assert answer.status_code == 201 and answer.json()["status"] == "planned"
    assert await marks() == []
    [_call, promise] = await published(TaskOpened)
    assert promise.kind == "answer" and promise.due_at is not None
    await house.advance(days=2)
    raised = (await published(TaskOpened))[-1]
    assert (raised.kind, raised.desk) == ("answer", pack.superior_of(promise.desk))
    assert (await api.post(ATTEMPTS, json=CALL)).json()["status"] == "done"
    assert await marks() == [("satisfied", 1)]
    assert {task.kind for task in await published(TaskClosed)} == {"call", "answer"}


async def test_a_late_callback_stays_a_breach(planned, api, house, ends, published):
    await house.advance(days=8)
    assert (await api.post(ATTEMPTS, json=CALL)).status_code == 201
    judged = await ends()
    assert judged["P00-4.4-d1", "callback:1"] == OccasionEnd.BREACHED
    assert judged["P00-4.4-a", "callback:1"] == OccasionEnd.KEPT  # the right desk had it
    late = [one for event in await published(OccasionsJudged) for one in event.occasions if one.of == "callback:1"]
    assert [one.end for one in late].count(OccasionEnd.BREACHED) == 1
    assert {task.kind for task in await published(TaskClosed)} == {"call", "overdue"}


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"form": "pigeon"}, 422),
        ({"outcome": "delighted"}, 422),
        ({"outcome": None}, 409),
        ({"note": "x" * 10_001}, 422),
        ({"mood": "good"}, 422),
        ({"signature": {"means": "blood"}}, 422),
        ({"attempted_at": "yesterday"}, 422),
        ({"attempted_at": "2026-01-04T10:00:00"}, 422),
        ({"attempted_at": "2026-02-01T10:00:00+08:00"}, 409),
        ({"answer_by": "2026-01-01T10:00:00+08:00"}, 409),
        ({"outcome": "unreachable", "answer_by": "2026-01-09T10:00:00+08:00"}, 409),
    ],
)
async def test_an_attempt_that_does_not_fit_changes_nothing(planned, api, published, changes, status):
    answer = await api.post(ATTEMPTS, json=CALL | changes)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]
    assert await published(CallbackAttempted) == []


@pytest.mark.parametrize(
    "identity", ["case1.2", "case9.1", "case1", "case1.x", "case1.-1", "case1.99999999999999999999"]
)
async def test_an_unknown_callback_is_not_found(planned, api, identity):
    assert (await api.post(f"/api/callback/callbacks/{identity}/attempts", json=CALL)).status_code == 404
    assert (await api.get(f"/api/callback/callbacks/{identity}")).status_code == 404


async def test_garbage_is_not_read(planned, api):
    answer = await api.post(ATTEMPTS, content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_only_the_desk_that_asks_may_write_it_down(hear, handled, api, house, published):
    await hear(handled("repair"))
    wrong = await api.post(ATTEMPTS, json=CALL)
    assert wrong.status_code == 403 and "desk" in wrong.json()["detail"]
    stranger = house.headers("repair-leader")
    assert (await api.post(ATTEMPTS, json=CALL, headers=stranger)).status_code == 404
    assert (await api.get("/api/callback/callbacks", headers=stranger)).json()["items"] == []
    assert (await api.get("/api/callback/callbacks/case1.1", headers=stranger)).status_code == 404
    assert (await api.post(ATTEMPTS, json=CALL, headers=house.headers("callback-1"))).status_code == 201


async def test_who_works_elsewhere_sees_nothing_of_it(planned, api, house):
    elsewhere = house.headers("desk-2")
    assert (await api.get("/api/callback/callbacks", headers=elsewhere)).json()["items"] == []
    assert (await api.post(ATTEMPTS, json=CALL, headers=elsewhere)).status_code == 404


@pytest.fixture
async def proof(planned, api):
    """A reply letter that was uploaded to the case."""
    sent = await api.post("/api/callback/attachments?about=case1", files={"file": ("reply.pdf", LETTER)})
    assert sent.status_code == 201, sent.text
    return {name: sent.json()[name] for name in ("hash", "size", "type")}


async def test_the_head_waives_with_the_reply_letter(planned, proof, api, house, published, marks, ends):
    head = house.headers("customer-service-head")
    body = {"reason": "reply_letter_only", "evidence": {"note": "复函 12 号", "attachment": proof}}
    unknown = {**body, "evidence": {"attachment": PROOF}}
    refused = await api.post(WAIVER, json=unknown, headers=head)
    assert refused.status_code == 409 and "Upload the file first" in refused.text
    answer = await api.post(WAIVER, json=body, headers=head)
    assert answer.status_code == 201, answer.text
    assert answer.json()["waiver"]["evidence"]["hash"] == proof["hash"]
    [told] = await published(CallbackWaived)
    assert told.evidence.hash == proof["hash"] and told.note == "复函 12 号"
    assert await marks() == [("waived", 1)]
    assert {OccasionEnd.WAIVED, OccasionEnd.KEPT} <= set((await ends()).values())
    assert (await api.post(WAIVER, json=body, headers=head)).status_code == 409


@pytest.mark.parametrize(
    "login, body, status",
    [
        ("customer-service-head", {"reason": "reply_letter_only", "evidence": "复函 12 号"}, 409),
        ("customer-service-head", {"reason": "no_contact"}, 409),
        ("customer-service-head", {"reason": "raining", "evidence": "x"}, 409),
        ("customer-service-head", {"reason": ""}, 422),
        ("customer-service-head", {"reason": "no_contact", "evidence": {"attachment": {"hash": "x"}}}, 422),
        ("desk-1", {"reason": "no_contact", "evidence": "电话停机"}, 403),
        ("callback-1", {"reason": "reply_letter_only", "evidence": {"attachment": "proof"}}, 403),
        ("callback-1", {"reason": "no_contact", "evidence": "电话停机"}, 201),
    ],
)
async def test_a_waiver_needs_its_reason_its_evidence_and_somebody_who_may(
    planned, proof, api, house, published, login, body, status
):
    if isinstance(evidence := body.get("evidence"), dict) and evidence.get("attachment") == "proof":
        body = {**body, "evidence": {"attachment": proof}}
    answer = await api.post(WAIVER, json=body, headers=house.headers(login))
    assert answer.status_code == status, answer.text
    assert len(await published(CallbackWaived)) == (status == 201)


async def test_a_callback_that_waits_for_handling_takes_no_attempt(planned, hear, about, api):
    await hear(about(MarkSet, mark="handled", is_set=False))
    answer = await api.post(ATTEMPTS, json=CALL)
    assert answer.status_code == 409 and "being handled" in answer.json()["detail"]


async def test_lists_are_filtered_and_go_on_where_the_cursor_stands(hear, handled, api, house):
    for number in (1, 2, 3):
        await hear(handled(number=number))
    await api.post(ATTEMPTS, json=CALL)
    first = (await api.get("/api/callback/callbacks?limit=2")).json()
    rest = (await api.get(f"/api/callback/callbacks?limit=2&cursor={first['next']}")).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ["case1.1", "case2.1", "case3.1"]
    for query, expected in {
        "case=case2": ["case2.1"],
        "status=done": ["case1.1"],
        "status=planned": ["case2.1", "case3.1"],
        "due_before=2026-01-06T00:00:00Z": [],
        "due_before=2026-02-01T00:00:00Z": ["case1.1", "case2.1", "case3.1"],
    }.items():
        found = await api.get(f"/api/callback/callbacks?{query}")
        assert [one["id"] for one in found.json()["items"]] == expected, query
    assert (await api.get("/api/callback/callbacks?status=lost")).status_code == 422
    assert (await api.get("/api/callback/callbacks?cursor=nonsense")).status_code == 422


async def test_one_callback_is_shown_with_its_attempts(planned, api):
    await api.post(ATTEMPTS, json={"form": "telephone", "outcome": "unreachable"})
    shown = (await api.get("/api/callback/callbacks/case1.1")).json()
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["unreachable"]
    assert shown["next_at"] and shown["status"] == "planned"


async def test_a_repeated_attempt_counts_once(planned, api, published):
    headers = {"idempotency-key": "call-1"}
    first = await api.post(ATTEMPTS, json=CALL, headers=headers)
    again = await api.post(ATTEMPTS, json=CALL, headers=headers)
    assert first.json() == again.json() and again.headers["idempotency-replayed"] == "true"
    other = await api.post(ATTEMPTS, json=CALL | {"outcome": "dissatisfied"}, headers=headers)
    assert other.status_code >= 400
    assert len(await published(CallbackAttempted)) == 1


async def test_a_stale_attempt_is_refused(planned, api):
    assert (await api.post(ATTEMPTS, json=CALL, headers={"if-match": '"999"'})).status_code == 412


async def test_only_who_is_signed_in_sees_callbacks(api):
    api.headers.pop("authorization")
    assert (await api.get("/api/callback/callbacks")).status_code == 401
