"""What an answer sheet opens: a case for an item or for the whole sheet, as its form says."""

import pytest

from closeloop.contracts.every import CaseBrought, TaskOpened
from closeloop.contracts.survey import SheetReturned


@pytest.fixture
def entered(api, opinions):
    """A form of the opinions that came back and was entered."""

    async def enter(serious=(), **answers):
        survey = await opinions()
        at = f"{survey['at']}/movements"
        for way in ("handed_out", "brought_back"):
            assert (await api.post(at, json={"area": "North", way: 1})).status_code == 201
        body = {"area": "North", "answers": answers, "serious": list(serious)}
        answer = await api.post(f"{survey['at']}/sheets", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return enter


async def test_an_item_that_displeases_is_a_case_of_its_own(entered, published):
    sheet = await entered(lifts="no", repair="no", gates="very", name="Mrs Zhou")
    item, whole = await published(CaseBrought)
    assert (item.kind, item.channel, item.form, item.rule) == ("complaint", "telephone", "opinion_form", "displeased")
    assert (item.record_id, item.customer.name, item.customer.anonymous) == (sheet["id"], "Mrs Zhou", False)
    assert "Paid repair" in item.content and "Dissatisfied" in item.content
    assert whole.kind == "suggestion" and whole.case_id != item.case_id
    assert [task.kind for task in await published(TaskOpened)].count("low_answer") == 0, "the cases look after it"


async def test_what_the_rule_does_not_ask_for_opens_nothing(entered, published):
    await entered(lifts="no")
    assert await published(CaseBrought) == []
    assert "low_answer" in [task.kind for task in await published(TaskOpened)]


async def test_the_words_of_the_customer_say_what_the_case_is_about(entered, published):
    await entered(lifts="no", gates="no", remark="The gate stands open all night")
    [whole] = await published(CaseBrought)
    assert whole.content == "The gate stands open all night"
    assert whole.customer.anonymous, "nobody gave a name"


async def test_the_sheet_says_who_answered_and_how_it_is_called(entered, published):
    await entered(lifts="very", name="Mr Wang")
    [told] = await published(SheetReturned)
    assert (told.number, told.customer.name) == ("North-1", "Mr Wang")
