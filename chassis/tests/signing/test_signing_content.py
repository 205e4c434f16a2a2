"""What is signed: the signer's own part, the customer's name, and the hash of what they read."""

from .conftest import ASKED

GOAL = {"goal": "No more leaks"}


async def test_a_department_writes_its_part_and_signs_it(write, sign, api, waiting):
    ASKED["quality"] = {"by": "workshop", "fields": ("opinion",)}
    await write("desk-1", GOAL)
    refused = await sign("worker-1", "quality", 409, fields={"goal": "Something else"})
    assert refused["clause"] == "P00-1"
    await sign("worker-1", "quality", fields={"opinion": "The seal is worn."})
    await write("desk-1", {"goal": "The goal is not their part."})
    assert await waiting() == []
    await write("desk-1", {"opinion": "The seal is fine."})
    assert await waiting() == [("quality", "workshop")]


async def test_who_read_something_else_is_told_before_they_sign(write, sign, api, house):
    ASKED["approval"] = {"by": "manager", "decides": True}
    await write("desk-1", GOAL)
    [one] = (await api.get("/api/chassis/sign-offs")).json()["items"]
    read = (await api.get(f"/api/chassis/sign-offs/{one['id']}", headers=house.headers("manager-1"))).json()
    assert read["content"] == GOAL
    await write("desk-1", {"goal": "Something else"})
    await sign("manager-1", "approval", 409, approves=True, hash=read["content_hash"])
    await sign("manager-1", "approval", approves=True)


async def test_who_writes_a_part_of_their_own_signs_what_they_read_with_it(write, sign, api, house):
    ASKED["quality"] = {"by": "workshop", "fields": ("opinion",)}
    await write("desk-1", GOAL)
    [one] = (await api.get("/api/chassis/sign-offs")).json()["items"]
    read = (await api.get(f"/api/chassis/sign-offs/{one['id']}", headers=house.headers("worker-1"))).json()
    said = {"fields": {"opinion": "The seal is worn."}, "hash": read["content_hash"]}
    given = await sign("worker-1", "quality", **said)
    assert given["given_at"] and given["hash"] != read["content_hash"], "what is signed holds their part too"


async def test_the_customer_signs_with_the_desk_or_refuses_before_a_witness(write, sign, api):
    ASKED["customer"] = {"by": "customer"}
    await write("worker-1", GOAL)
    await sign("worker-1", "customer", 403, signer="王先生")
    await sign("desk-1", "customer", 409)
    await sign("desk-1", "customer", 409, means="refused")
    given = await sign("desk-1", "customer", means="refused", witness="李保安")
    assert (given["means"], given["witness"]) == ("refused", "李保安")


async def test_only_those_that_wait_for_me_are_mine(write, api, house):
    ASKED["approval"] = {"by": ("manager", "workshop"), "decides": True}
    await write("desk-1", GOAL)
    mine = await api.get("/api/chassis/sign-offs?mine=true&state=waiting", headers=house.headers("worker-1"))
    assert [one["role"] for one in mine.json()["items"]] == ["workshop"]


async def test_the_page_shows_what_lies_before_the_signer_and_takes_the_signature(write, api, house):
    ASKED["approval"] = {"by": "manager", "decides": True}
    await write("desk-1", GOAL)
    manager = {**house.headers("manager-1"), "Accept": "text/html"}
    listed = await api.get("/chassis/sign-offs", headers=manager)
    assert "经理" in listed.text or "Manager" in listed.text
    [one] = (await api.get("/api/chassis/sign-offs")).json()["items"]
    page = await api.get(f"/chassis/sign-offs/{one['id']}", headers=manager)
    assert "No more leaks" in page.text and 'name="approves"' in page.text
    hash_ = page.text.split('name="hash" value="')[1].split('"')[0]
    back = await api.post(f"/chassis/sign-offs/{one['id']}", data={"hash": hash_, "approves": "false"}, headers=manager)
    assert back.status_code == 409 and "Say why not" in back.text
    done = await api.post(f"/chassis/sign-offs/{one['id']}", data={"hash": hash_, "approves": "true"}, headers=manager)
    assert done.status_code == 303
    own = await api.get(f"/chassis/sign-offs/{one['id']}", headers=manager)
    assert "经理一" in own.text and 'name="approves"' not in own.text
