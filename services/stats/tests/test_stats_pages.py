"""The pages of stats: whole in both languages, and every number opens what it counts."""

import re

import pytest

from closeloop.contracts.intake import CaseRegistered
from closeloop.stats.chart import chart, scale

PERIOD = "period=2026-01"


@pytest.fixture
async def some_cases(hear, a_case, about, judged):
    for number in range(1, 4):
        kept = judged("P00-4.1-b1", "kept", id=f"kept{number}")
        await hear(about(CaseRegistered, a_case(number), occasions=(kept,)))


async def shown(api, address, language="en"):
    answer = await api.get(address, headers={"accept": "text/html", "accept-language": language})
    assert answer.status_code == 200, answer.text[:300]
    assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)", answer.text)
    return answer.text


def links(html, beginning):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html) if link.startswith(beginning)]


@pytest.mark.parametrize(
    "language, words",
    [("en", ["Figures", "target", "Cases received per day"]), ("zh", ["指标", "目标", "每日收到的事项"])],
)
async def test_the_board_is_whole_in_both_languages(api, some_cases, language, words):
    html = await shown(api, f"/stats?{PERIOD}", language)
    for word in words:
        assert word in html


NUMBER = re.compile(r'<a href="(/stats/cases[^"]*)">([\d,]+)</a>')
BAR = re.compile(r'<a href="(/stats/cases[^"]*)"><title>[^<]* · (\d+)</title>')


async def opened(api, address):
    """How many cases (or duties, or limits) stand in the list that an address opens, page after page."""
    address = address.replace("&amp;", "&")
    query = address.partition("?")[2]
    found, cursor = 0, ""
    while cursor is not None:
        page = (await api.get(f"/api/stats/cases?{query}&limit=20{'&cursor=' + cursor if cursor else ''}")).json()
        found += sum(item["counts"] for item in page["items"])
        cursor = page["next"]
    assert page["total"] == found
    assert f" {found:,} " in await shown(api, address)
    return found


@pytest.mark.parametrize(
    "path", ["/stats?period=2026-01", "/stats?period=2026", "/stats?period=2026-W04", "/stats/months?period=2026-01"]
)
async def test_every_number_and_every_bar_opens_exactly_what_it_counts(api, a_busy_time, path):
    html = await shown(api, path)
    numbers = {(address, int(n.replace(",", ""))) for address, n in (*NUMBER.findall(html), *BAR.findall(html))}
    assert len(numbers) > 15
    for address, n in numbers:
        assert await opened(api, address) == n, address


@pytest.mark.parametrize("day", ["handled", "closed"])
async def test_the_monthly_table_may_go_by_another_day(api, a_busy_time, day):
    html = await shown(api, f"/stats/months?period=2026-01&day={day}", "zh")
    assert "合计" in html
    for address, n in NUMBER.findall(html):
        assert f"day={day}" in address
        assert await opened(api, address) == int(n)


async def test_bars_are_those_of_the_table_beside_them(api, a_busy_time):
    html = await shown(api, "/stats?period=2026-01")
    drawn = dict(BAR.findall(html))
    beside = dict(NUMBER.findall(html))
    assert drawn.items() <= beside.items()


async def test_the_bars_open_the_cases_of_their_day(api, some_cases):
    html = await shown(api, f"/stats?{PERIOD}")
    days = [address for address, _ in BAR.findall(html) if "period=2026-01-08" in address]
    assert len(days) == 1
    assert len(links(await shown(api, days[0].replace("&amp;", "&")), "/intake/cases/")) == 3


@pytest.mark.parametrize("period", ["2026-W02", "2026", "2026-01-08", "2026-Q1"])
async def test_the_board_shows_any_kind_of_period(api, some_cases, period):
    assert period in await shown(api, f"/stats?period={period}")


async def test_a_period_without_a_procedure_says_so(api):
    for address in ("/stats", "/stats/months", "/stats/clauses"):
        assert "No procedure was in force" in await shown(api, f"{address}?period=1999-01")


async def test_the_audit_sheet_prints_every_clause_with_what_keeps_it_and_how_it_went(api, some_cases, pack):
    assert "/stats/clause-sheet?" in await shown(api, f"/stats/clauses?{PERIOD}")
    sheet = await shown(api, f"/stats/clause-sheet?{PERIOD}", "zh")
    assert "条款审核表" in sheet and "审核人" in sheet and pack.hash[:16] in sheet
    assert all(f"<td>{number}</td>" in sheet or number in sheet for number in pack.clauses)
    row = sheet[sheet.index("P00-4.1-b1") :].split("</tr>", 1)[0]
    assert "投诉" in row and "遵守 3" in row
    english = await shown(api, f"/stats/clause-sheet?{PERIOD}")
    assert "Audit sheet of clauses" in english and "kept 3" in english.casefold()


async def test_the_clauses_open_into_occasions_and_these_into_cases(api, some_cases):
    html = await shown(api, f"/stats/clauses?{PERIOD}")
    assert "Without an occasion" in html
    assert "No occasion in this period" in html
    [kept] = [link for link in links(html, "/stats/clauses/P00-4.1-b1") if "end=kept" in link]
    occasions = await shown(api, kept)
    assert len(links(occasions, "/intake/cases/")) == 3
    with_occasions = await shown(api, f"/stats/clauses?{PERIOD}&show=with", "zh")
    assert with_occasions.count("P00-") < html.count("P00-")
    assert "No clause fits" in await shown(api, f"/stats/clauses?{PERIOD}&show=breached")


async def test_a_wrong_period_is_a_page_with_one_sentence(api):
    answer = await api.get("/stats?period=soon", headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert "soon is not a period" in answer.text


def test_bars_stand_side_by_side_and_the_highest_fits():
    drawn = chart([(str(n), {"zh": "", "en": ""}, "/", n) for n in range(32)])
    assert all(one.left + one.width <= other.left for one, other in zip(drawn.bars, drawn.bars[1:], strict=False))
    assert drawn.bars[-1].left + drawn.bars[-1].width <= 100
    assert max(bar.height for bar in drawn.bars) < drawn.height
    assert sum(bar.is_labelled for bar in drawn.bars) == 8


@pytest.mark.parametrize(
    "most, top", [(0, 2), (1, 2), (3, 4), (7, 8), (18, 20), (23, 30), (31, 40), (400, 400), (999, 1000)]
)
def test_a_scale_ends_in_a_number_that_reads_well(most, top):
    assert scale(most) == top


async def test_no_page_is_open_to_strangers(api):
    for path in ("/stats", "/stats/cases", "/stats/months", "/stats/clauses", "/stats/clauses/P00-4.1-b1"):
        answer = await api.get(path, headers={"Authorization": "", "accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
