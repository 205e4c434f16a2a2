"""What simulated people write into forms."""

from __future__ import annotations

MEASURES = (
    "已派员到现场核实并处理",
    "已联系相关人员当场整改",
    "安排专人巡查并劝导",
    "已清理现场，加强巡查",
    "调取记录核实后处理",
)
RESULTS = ("已处理完毕", "现场已恢复正常", "已整改，将持续观察", "问题已解决", "已劝离，现场畅通")
WORK = ("更换损坏部件，恢复使用", "检修线路，恢复供电", "清理并修补，恢复平整", "紧固并更换配件", "排查故障后修复")
OPINIONS = ("很及时，满意", "处理得不错", "还可以", "谢谢，已经好了")
SATISFIED = ("已解决，表示满意", "感谢处理", "情况有改善，认可处理结果", "很快就处理好了")
DISSATISFIED = ("第二天又出现同样的问题", "没有彻底解决", "处理得太慢", "现场没有人来过")
UNREACHABLE = ("无人接听", "关机", "通话中，稍后再拨")
DECLINED = ("不愿接受回访", "表示不用再打了")
WITNESS = "保安员某"
FORGOTTEN = "未签字先交回"
MISROUTED = "不属于本部门职责，请转责任部门"
REROUTED = "核实后改派责任部门"
RESPONSIBLE = "按事项内容判定责任部门"
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"
CUSTOMER = "住户本人"
JOB_NOTE = "已按要求检查"
SHARE_SET = "按人手确定回访比例"
TRACKED = "已跟踪处理情况，责任部门正在处理"
REPORT_NEEDED = "再次处理仍属管理原因，需出具报告"
REPORT_NOT_NEEDED = "属个别情况，无需出具报告"
CORRECTED = "已查明原因，调整安排并培训人员"
VERIFIED = "现场复查，措施有效"
NOT_EFFECTIVE = "复查仍有同样问题"
REPLY_LETTER = "按上级部门要求以复函答复"
PUBLIC_LETTER = "已集中处理并加强巡查，特此公开答复"
NOTICE_BOARD = "小区公告栏"
