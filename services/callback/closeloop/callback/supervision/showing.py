"""A check of the callers as its page shows it, and as it stands on the record."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.schedules import ScheduledJob

IN_WORDS = {"correct": "属实", "incorrect": "不符"}


def show(job: ScheduledJob, checks: list[dict[str, Any]]) -> None:
    """What is checked as the page shows it, and as it stands on the record."""
    found = sum(bool(one["finding"]) for one in checks)
    job.found = {
        "checks": checks,
        "fields": {
            "period": job.period,
            "callers": "、".join(sorted({one["caller_name"] for one in checks})),
            "checked": len(checks),
            "findings": finding_lines(checks),
        },
        "summary": {
            "zh": f"抽查 {len(checks)} 次回访，已检查 {found} 次",
            "en": f"{len(checks)} callbacks to check, {found} checked",
        },
        "items": [
            {
                "title": {"zh": "检查回访", "en": "Check the callbacks"},
                "value": f"{found}/{len(checks)}",
                "url": f"/callback/checks/{job.id}",
            }
        ],
    }


def finding_lines(checks: list[dict[str, Any]]) -> str:
    """The findings as they stand on the record, one a line."""
    return "\n".join(
        f"{n}. {one['case_number']} 回访人 {one['caller_name']}："
        f"{IN_WORDS.get(one['finding'] or '', '未检查')}{'，' + one['remark'] if one['remark'] else ''}"
        f"{'（检查人 ' + one['checker_name'] + '）' if one['checker'] else ''}"
        for n, one in enumerate(checks, 1)
    )
