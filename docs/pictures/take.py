"""Takes the pictures of the README: `python -m docs.pictures.take` from the top folder; needs Chromium."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import the_loop as loop
from tests.journeys.child import Closeloop
from tests.journeys.site import Site

HERE = Path(__file__).parent
REPAIRS = [
    ("厨房水管漏水，已关总阀", "王先生", "5-0301", "telephone"),
    ("卫生间灯不亮，换过灯泡仍不亮", "陈女士", "2-1104", "telephone"),
    ("入户门锁打不开", "周先生", "8-0602", "visit"),
    ("阳台推拉门卡住，关不严", "孙女士", "6-1801", "visit"),
    ("楼道应急灯整夜闪烁", "何先生", "1-0903", "telephone"),
    ("客厅天花板有水渍，怀疑楼上漏水", "吴女士", "4-0702", "visit"),
]
COMPLAINTS = [
    ("三号楼电梯厅连续三天没有打扫", "李女士", "3-1502", "cleaning"),
    ("夜里十一点后广场仍有人放音响", "赵先生", "7-0402", "security"),
    ("快递车占用消防通道", "钱女士", "1-1201", "security"),
    ("垃圾房气味大，两天没有清运", "郑先生", "2-0305", "cleaning"),
    ("门岗态度生硬，不让送药的家属进", "冯女士", "9-1603", "security"),
    ("水景池漏电，孩子被电麻", "许先生", "5-0101", None),
]


def a_busy_morning(site: Site) -> None:
    """A dozen cases, each somewhere else on its way."""
    for n, (words, name, address, channel) in enumerate(REPAIRS):
        customer = {"name": name, "phone": f"1380000{n:04}", "address": address}
        case = loop.register(site, "repair", words, customer, channel=channel)
        if n < 3:
            loop.carry_out_work_order(site, case)
        if n < 2:
            loop.call_back(site, case, ("satisfied", "dissatisfied")[n], "电话回访")
        site.advance("17m")
    for n, (words, name, address, department) in enumerate(COMPLAINTS):
        customer = {"name": name, "phone": f"1390000{n:04}", "address": address}
        fields = {"injury": n == 5, "public_attention": False}
        case = loop.register(site, "complaint", words, customer, fields=fields)
        if department:
            loop.assess(site, case, department)
        if n < 2:
            loop.carry_out_sheet(site, case, f"{department}-head")
        if n == 0:
            loop.call_back(site, case, "satisfied", "现在每天都有人打扫")
        site.advance("23m")


def main() -> None:
    """The register in both languages."""
    folder = Path(tempfile.mkdtemp(prefix="closeloop-pictures-"))
    words = ("up", "--port", 0, "--clock", "2026-01-05T08:40+08:00", "--data", folder / "data", "--log", "warning")
    with Closeloop(*words, folder=folder) as running, Site(folder / "data", running.address) as site:
        a_busy_morning(site)
        token = site.people.issue_token(site.people.person("desk-1"))
        with sync_playwright() as playwright:
            found = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            for name, locale in (("zh", "zh-CN"), ("en", "en")):
                context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 800})
                context.add_cookies([{"name": "closeloop", "value": token, "url": running.address}])
                page = context.new_page()
                page.goto(f"{running.address}/intake")
                page.screenshot(path=HERE / f"desk-{name}.png")
            browser.close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
