"""The people of the instrument maker and what they do with a fault, a complaint, a letter, a spare part."""

from __future__ import annotations

from typing import Any

from tests.clauses.loop import Case, Loop, Thing

HOTLINE = "hotline-1"
ENGINEER = "engineer-1"
OTHER_ENGINEER = "engineer-2"
TRAINEE = "trainee-1"
LEADER = "leader"
MANAGER = "company-manager"
OFFICE_MANAGER = "xian-manager"
ADMINISTRATOR = "administrator"
RESPONSIBLE = "responsible"
BUSINESS = "business-1"
PRODUCTION = "production-1"
TECHNICAL_QUALITY = "quality-1"
DEVELOPMENT = "development-1"
INSPECTOR = "inspector-1"
STORE = "store-1"
FINANCE = "finance-1"
MARKETING = "marketing-1"

A_USER = {"name": "咸阳仪表用户", "phone": "13800000009", "address": "咸阳市人民路1号"}
A_WORKS = {"name": "宝鸡钢厂", "phone": "13800000008"}
INSTRUMENT = {"instrument_model": "LL-20", "instrument_number": "0815", "contact_person": "赵工", "distance_km": 30}
PART: dict[str, Any] = {"part_name": "传感器", "specification": "S-3", "quality": "合格", "quantity": 1}
REPLACED: dict[str, Any] = {**PART, "reason": "失准"}
TYPED = {"means": "typed"}
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"
SIGNED = {"means": "drawn", "drawing": DRAWN, "signer": "赵工", "opinion": "服务周到"}
ANALYSED: dict[str, Any] = {"analysis": "传感器失准", "supplier_at_fault": False}
ON_THE_VISIT: dict[str, dict[str, Any]] = {
    "accept": {},
    "prepare": {
        "task_data": "更换传感器",
        "service_report_ready": True,
        "questionnaire_ready": True,
    },
    "contact_user": {
        "fault_as_told": "示值偏低",
        "parts_to_bring": "传感器",
        "place_and_traffic": "高铁两小时",
        "planned_arrival": "2026-01-06T09:00:00+08:00",
    },
    "arrive": {"guidance": ["nothing_from_the_user"]},
    "listen": {"running_hours": 1200, "use": "连续运行", "fault_before_and_after": "雷雨后示值偏低"},
    "look": {"three_guarantee": True, "part_opened_before": False},
    "examine": {"real_cause": "传感器击穿", "larger_problem": False},
    "report_up": {"own_proposal": "更换主板", "demand_of_the_user": "三日内恢复"},
    "finish": {"outcome": "solved", "handling": "更换传感器", "parts": [REPLACED], "compensation": []},
    "sign": SIGNED,
    "report_out": {"brief_result": "已修复", "further_tasks": "无"},
    "come_back": {"report_to_leader": "已修复，用户满意", "rest_days": 0},
}
"""The steps of a visit in their order, with what is filled in at each."""
KNOWN = ("accept", "assign", "arrive", "finish", "sign", "return")


class Maker(Loop):
    """The loop by P06."""

    # -- who may be sent ----------------------------------------------------------------------------------------

    def learn(self, person: str, started: str, ended: str, by: str = LEADER) -> Thing:
        """Somebody learnt in the factory."""
        said = {"started_on": started, "ended_on": ended, "content": "仪器结构与维修"}
        return self.does(by, f"/api/dispatch/people/{person}/training", said, expect=201)

    def assess_person(self, person: str, day: str, result: str = "passed", by: str = LEADER) -> Thing:
        """Somebody is assessed."""
        said = {"assessed_on": day, "assessment_result": result, "remarks": "实操考核"}
        return self.does(by, f"/api/dispatch/people/{person}/assessment", said, expect=201)

    def qualify(self, person: str) -> None:
        """Somebody learnt long enough and passed."""
        self.learn(person, "2025-09-01", "2025-11-30")
        self.assess_person(person, "2025-12-05")

    # -- faults -------------------------------------------------------------------------------------------------

    def fault(self, by: str = HOTLINE, content: str = "示值偏低", **more: Any) -> Case:
        """A fault is reported by telephone."""
        fields = {**INSTRUMENT, **more.pop("fields", {})}
        said = {"channel": "telephone", "customer": A_USER, "fields": fields}
        return self.register(by, "fault", content, **{**said, **more})

    def analyse(self, case: Case, solution: str = "on_site", round_: int = 1, **more: Any) -> Thing:
        """An engineer looks into it, and says what fits."""
        duty = self.duty(case, "analyse", round_)
        self.step(HOTLINE, duty, "accept")
        self.step(HOTLINE, duty, "assign", to=ENGINEER)
        said = {**ANALYSED, "solution_type": solution, "parts_needed": False, **more}
        self.step(ENGINEER, duty, "finish", outcome="solved", **said)
        return self.step(ENGINEER, duty, "return")

    def a_visit(self, by: str = MANAGER, to: str = ENGINEER, parts: bool = False, **more: Any) -> Case:
        """A fault for which somebody is sent."""
        case = self.fault(**more)
        self.analyse(case, parts_needed=parts)
        if parts:
            self.draw(case)
        self.step(by, self.duty(case, "visit"), "assign", to=to)
        return case

    def visit(
        self, case: Case, until: str = "come_back", since: str = "accept", round_: int = 1, **changed: Thing
    ) -> Thing:
        """The engineer goes there, step by step, until a step is taken."""
        duty, names = self.duty(case, "visit", round_), list(ON_THE_VISIT)
        for name in names[names.index(since) : names.index(until) + 1]:
            said = {**ON_THE_VISIT[name], **changed.get(name, {})}
            if name == "report_up" and "report_up" not in changed:
                continue
            if name == "finish":
                said = {"rates": {"solved": "yes"}, **said}
            self.take(ENGINEER, duty, name, **said)
        return self.duty(case, "visit", round_)

    def take(self, by: str, duty: Thing, name: str, **said: Any) -> Thing:
        """Somebody takes a step, whoever named it."""
        return self.step(by, duty, name if name in KNOWN else f"steps/{name}", **said)

    def may_not(self, by: str, duty: Thing, name: str, **said: Any) -> str | None:
        """Somebody may not take a step; the clause that says so."""
        return self.is_refused(by, self.step_of(duty, name if name in KNOWN else f"steps/{name}"), said)

    def carry_out_visit(self, case: Case, solved: str = "yes", round_: int = 1, **changed: Thing) -> Thing:
        """The visit is done, reported, approved and back."""
        finished = {"rates": {"solved": solved}, "parts": [], **changed.pop("finish", {})}
        duty = self.visit(case, "come_back", "accept", round_, **{**changed, "finish": finished})
        self.sign_off(LEADER, case, "report_approval")
        return self.step(ENGINEER, duty, "return")

    def enter_solution(self, case: Case, round_: int = 1) -> Thing:
        """What solved it is entered for whoever has the same fault."""
        duty = self.duty(case, "enter_solution", round_)
        said = {"problem": "示值偏低", "confirmed_fault": "传感器击穿", "solution": "更换传感器并加防雷"}
        self.step(ADMINISTRATOR, duty, "finish", outcome="solved", **said)
        return self.step(ADMINISTRATOR, duty, "return")

    # -- parts and money ----------------------------------------------------------------------------------------

    def draw(self, case: Case, quantity: int = 1, approve: bool = True) -> Thing:
        """The engineer asks for a part, and the leader approves it."""
        duty = self.duty(case, "draw_parts")
        self.step(HOTLINE, duty, "assign", to=ENGINEER)
        parts = [{**PART, "quantity": quantity}]
        self.step(ENGINEER, duty, "finish", outcome="solved", proposed_handling="更换传感器", parts=parts)
        if approve:
            self.sign_off(LEADER, case, "approval")
            self.step(ENGINEER, duty, "return")
        return duty

    def posting(self, name: str, account: str = "spare_parts") -> str:
        """Where something is moved."""
        return f"/api/dispatch/accounts/{account}/postings/{name}"

    def post(self, by: str, name: str, account: str = "spare_parts", **said: Any) -> Thing:
        """Somebody moves something."""
        return self.does(by, self.posting(name, account), said, expect=201)

    def may_not_post(self, by: str, name: str, account: str = "spare_parts", **said: Any) -> list[str]:
        """Somebody may not move it; the clauses that say so."""
        refused = self.does(by, self.posting(name, account), said, expect=409)
        return list(refused.get("clauses") or [refused["clause"]])

    def receive(self, quantity: int = 1) -> Thing:
        """The store gets parts from the factory."""
        return self.post(STORE, "receive", parts=[{**PART, "quantity": quantity}], received_from="总厂")

    def has(self, holder: str, account: str = "spare_parts") -> dict[str, str]:
        """What a holder has, item by item."""
        shown = self.sees(LEADER, f"/api/dispatch/accounts/{account}", holder=holder)
        return {" ".join(one["item"]): one["quantity"] for one in shown["balances"]}

    # -- complaints ---------------------------------------------------------------------------------------------

    def complaint(self, cause: str = "quality", accepted: str = "accepted", **more: Any) -> Case:
        """A complaint whose cause is classed and that was accepted, or not."""
        said = {"channel": "letter", "customer": A_WORKS, **more}
        case = self.register(ADMINISTRATOR, "complaint", said.pop("content", "三台仪器先后失准"), **said)
        self.assess(ADMINISTRATOR, case, "非使用原因", cause_class=cause)
        self.assess(RESPONSIBLE, case, "属合同范围", acceptance=accepted)
        return case

    def countermeasure(self, case: Case, abnormal: bool = False) -> Thing:
        """Production writes the sheet; nobody has signed it yet."""
        duty = self.duty(case, "countermeasure")
        self.step(PRODUCTION, duty, "accept")
        said = {"cause": "元件漂移", "countermeasure": "更换元件", "supplier_at_fault": False}
        return self.step(PRODUCTION, duty, "finish", outcome="solved", specially_abnormal=abnormal, **said)

    def agree(self, case: Case) -> Thing:
        """The countermeasure is signed by whoever has to, and goes back."""
        duty = self.countermeasure(case)
        self.sign_off(PRODUCTION, case, "production", **TYPED)
        self.sign_off(TECHNICAL_QUALITY, case, "technical_quality", fields={"opinion_technical_quality": "同意"})
        self.sign_off(BUSINESS, case, "agreement", fields={"agreed_handling": "免费更换"})
        return self.step(PRODUCTION, duty, "return")

    def assist(self, case: Case) -> Thing:
        """The business department helps with a complaint that quality did not cause."""
        duty = self.duty(case, "assistance")
        self.step(BUSINESS, duty, "accept")
        said = {"analysis": "操作不当", "explained_to_customer": "已说明", "repair_of_damage": "已修复外壳"}
        self.step(BUSINESS, duty, "finish", outcome="solved", **said)
        trained = {"persons_trained": "操作工二人", "training_content": "校准步骤", "trained_on": "2026-01-08"}
        self.take(BUSINESS, duty, "train_operators", **trained)
        return self.step(BUSINESS, duty, "return")

    def judge(self, case: Case) -> None:
        """Quality inspection says who answers for it, finance reviews what it cost."""
        duty = self.duty(case, "responsibility")
        said = {"traced_cause": "元件漂移", "responsible_department": "采购", "responsible_person": "检验员"}
        self.step(INSPECTOR, duty, "finish", outcome="solved", decision="加严进货检验", **said)
        self.sign_off(INSPECTOR, case, "decision")
        self.step(INSPECTOR, duty, "return")
        duty = self.duty(case, "cost_review")
        costs = {"costs": [{"what": "元件", "amount": 900}], "allocated_to": "采购"}
        self.step(FINANCE, duty, "finish", outcome="solved", **costs)
        self.sign_off(FINANCE, case, "review")
        self.step(FINANCE, duty, "return")

    def report_result(self, case: Case) -> Thing:
        """The administrator writes the course and reports the result."""
        duty = self.duty(case, "complaint")
        self.step(ADMINISTRATOR, duty, "accept")
        self.step(ADMINISTRATOR, duty, "finish", outcome="solved", course="分析、更换、判责")
        self.step(ADMINISTRATOR, duty, "return")
        last = self.duty(case, "final_result")
        said = {"final_result": "三台更换", "reported_to": "领导及各部门"}
        self.step(ADMINISTRATOR, last, "finish", outcome="solved", **said)
        return self.step(ADMINISTRATOR, last, "return")
