"""The words that all services and packs share; each has a name in Chinese and in English."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.personal import Audience


class Text(BaseModel):
    """A text that people read, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    """The text in Chinese (zh-CN)."""
    en: str = Field(min_length=1)
    """The text in English."""

    def in_(self, language: str) -> str:
        """The text in the reader's language; Chinese unless English is asked for."""
        return self.en if language.startswith("en") else self.zh


class BasicKind(StrEnum):
    """The seven kinds of case that every pack's kinds map to."""

    COMPLAINT = "complaint"
    REPAIR = "repair"
    OPINION = "opinion"
    SUGGESTION = "suggestion"
    ENQUIRY = "enquiry"
    REPORT_LETTER = "report_letter"
    PRAISE = "praise"


class CaseStatus(StrEnum):
    """Where a case stands in the loop."""

    REGISTERED = "registered"
    HANDLING = "handling"
    HANDLED = "handled"
    CLOSED = "closed"


class DutyState(StrEnum):
    """Where a duty stands between being issued and being returned."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    ARRIVED = "arrived"
    FINISHED = "finished"
    SIGNED = "signed"
    RETURNED = "returned"
    HANDED_UP = "handed_up"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What became of the matter when the work was done."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    UNSOLVED = "unsolved"
    UNFOUNDED = "unfounded"


class SignatureMeans(StrEnum):
    """How somebody signed."""

    DRAWN = "drawn"
    TYPED = "typed"
    PAPER = "paper"
    SEAL = "seal"
    REFUSED = "refused"


class CallbackForm(StrEnum):
    """How the customer is asked after handling."""

    VISIT = "visit"
    TELEPHONE = "telephone"
    LETTER = "letter"


class CallbackOutcome(StrEnum):
    """What came of asking the customer once."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    UNREACHABLE = "unreachable"
    DECLINED = "declined"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class CallbackState(StrEnum):
    """Where a callback stands."""

    PLANNED = "planned"
    DONE = "done"
    WAIVED = "waived"


class SurveyState(StrEnum):
    """Where a survey stands."""

    PLANNED = "planned"
    APPROVED = "approved"
    OPEN = "open"
    COUNTING = "counting"
    CLOSED = "closed"


class OccasionEnd(StrEnum):
    """How an occasion of a clause stands or ended."""

    OPENED = "opened"
    KEPT = "kept"
    BREACHED = "breached"
    PREVENTED = "prevented"
    WAIVED = "waived"
    SHOWN = "shown"
    NOT_APPLICABLE = "not_applicable"
    WITHDRAWN = "withdrawn"


class ClauseKind(StrEnum):
    """What a clause of the written procedure demands."""

    ROUTING = "routing"
    DEADLINE = "deadline"
    AUTHORITY_LIMIT = "authority-limit"
    RECORD = "record"
    KPI = "kpi"
    TRIGGER = "trigger"
    CONDUCT = "conduct"
    SCHEDULE = "schedule"
    APPROVAL = "approval"
    CLASSIFICATION = "classification"
    EXEMPTION = "exemption"
    LOOP = "loop"
    REPORT = "report"


class Check(StrEnum):
    """How it is seen that a clause was kept."""

    AUTOMATIC = "automatic"
    RECORDED_AND_SIGNED = "recorded+signed"
    GUIDANCE = "guidance"


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


labels: Mapping[type[StrEnum], Mapping[str, Text]] = {
    BasicKind: {
        "complaint": _text("投诉", "Complaint"),
        "repair": _text("报修", "Repair request"),
        "opinion": _text("意见", "Opinion"),
        "suggestion": _text("建议", "Suggestion"),
        "enquiry": _text("咨询", "Enquiry"),
        "report_letter": _text("举报", "Report letter"),
        "praise": _text("表扬", "Praise"),
    },
    CaseStatus: {
        "registered": _text("已登记", "Registered"),
        "handling": _text("处理中", "Being handled"),
        "handled": _text("已处理，待回访", "Handled, customer to be asked"),
        "closed": _text("已关闭", "Closed"),
    },
    DutyState: {
        "issued": _text("已派发", "Issued"),
        "accepted": _text("已接单", "Accepted"),
        "assigned": _text("已派工", "Assigned"),
        "arrived": _text("已到场", "On site"),
        "finished": _text("已完成", "Finished"),
        "signed": _text("已签字", "Signed"),
        "returned": _text("已返回", "Returned"),
        "handed_up": _text("已上交", "Handed up"),
        "withdrawn": _text("已撤回", "Withdrawn"),
    },
    Outcome: {
        "solved": _text("已解决", "Solved"),
        "partly_solved": _text("部分解决", "Partly solved"),
        "unsolved": _text("未解决", "Not solved"),
        "unfounded": _text("不成立", "Unfounded"),
    },
    SignatureMeans: {
        "drawn": _text("手写签名", "Drawn by hand"),
        "typed": _text("输入姓名", "Typed name"),
        "paper": _text("纸质原件", "On paper"),
        "seal": _text("盖章", "Seal"),
        "refused": _text("拒绝签字", "Refused to sign"),
    },
    CallbackForm: {
        "visit": _text("上门回访", "Visit"),
        "telephone": _text("电话回访", "Telephone"),
        "letter": _text("书信回访", "Letter"),
    },
    CallbackOutcome: {
        "satisfied": _text("满意", "Satisfied"),
        "dissatisfied": _text("不满意", "Dissatisfied"),
        "unreachable": _text("联系不上", "Unreachable"),
        "declined": _text("拒绝回访", "Declined"),
        "answered": _text("已公开答复", "Answered publicly"),
        "confirmed": _text("属实", "Confirmed"),
        "refuted": _text("不属实", "Refuted"),
    },
    CallbackState: {
        "planned": _text("已安排", "Planned"),
        "done": _text("已回访", "Done"),
        "waived": _text("免回访", "Waived"),
    },
    SurveyState: {
        "planned": _text("已计划", "Planned"),
        "approved": _text("已批准", "Approved"),
        "open": _text("进行中", "Open"),
        "counting": _text("回收录入中", "Counting"),
        "closed": _text("已结束", "Closed"),
    },
    OccasionEnd: {
        "opened": _text("未了", "Open"),
        "kept": _text("已遵守", "Kept"),
        "breached": _text("已违反", "Breached"),
        "prevented": _text("已阻止", "Prevented"),
        "waived": _text("已免除", "Waived"),
        "shown": _text("已提示", "Shown"),
        "not_applicable": _text("不适用", "Not applicable"),
        "withdrawn": _text("已撤销", "Withdrawn"),
    },
    Audience: {
        "internal": _text("内部", "Internal"),
        "customer": _text("客户可见", "Customer may see it"),
        "restricted": _text("限定人员", "Named persons only"),
    },
    ClauseKind: {
        "routing": _text("分派", "Routing"),
        "deadline": _text("时限", "Deadline"),
        "authority-limit": _text("权限额", "Authority limit"),
        "record": _text("记录", "Record"),
        "kpi": _text("指标", "Indicator"),
        "trigger": _text("触发", "Trigger"),
        "conduct": _text("行为规范", "Conduct"),
        "schedule": _text("定期工作", "Schedule"),
        "approval": _text("审批", "Approval"),
        "classification": _text("分类", "Classification"),
        "exemption": _text("免除", "Exemption"),
        "loop": _text("循环", "Loop"),
        "report": _text("报告", "Report"),
    },
    Check: {
        "automatic": _text("自动检查", "Automatic"),
        "recorded+signed": _text("记录并签署", "Recorded and signed"),
        "guidance": _text("提示规范", "Guidance"),
    },
}


def label(word: StrEnum) -> Text:
    """The name of a word in both languages."""
    return labels[type(word)][word.value]
