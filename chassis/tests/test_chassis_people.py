"""Who works here, how they prove it, and what they see."""

import stat
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from closeloop.chassis.people import People, Person, load_organisation, scoped
from closeloop.chassis.people.command import people_app
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.people.organisation import OrganisationUnreadable, read_organisation
from closeloop.chassis.refusals import NotFound, Unauthorised

NOW = 1_767_576_600.0
MINIMAL = """places:
  - {id: garden, kind: estate, name: 花园}
departments:
  - {id: engineering, name: {zh: 工程部, en: Engineering}}
people:
  - login: repair-leader
    name: 王
    roles: [repair_leader]
    department: engineering
    places: [garden]
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return People.of(tmp_path_factory.mktemp("house"))


def passwords_in(folder):
    return dict(line.split() for line in (folder / "passwords.txt").read_text().splitlines())


async def test_at_the_first_start_everybody_gets_a_password_that_only_the_owner_can_read(tmp_path):
    people = People.of(tmp_path)
    for name in ("passwords.txt", "accounts.json", "keys/signing.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    passwords = passwords_in(tmp_path)
    assert {"desk-1", "desk-2", "repair-leader", "callback-1", "quality-1", "operator"} <= set(passwords)
    desk = await people.sign_in("desk-1", passwords["desk-1"])
    assert desk is not None
    assert desk.may("desk")
    assert await people.sign_in("desk-1", passwords["desk-2"]) is None
    assert await people.sign_in("nobody", passwords["desk-1"]) is None


def test_a_second_start_keeps_people_passwords_and_keys(tmp_path):
    token = (first := People.of(tmp_path)).issue_token(first.person("desk-1"), now=NOW)
    before = (tmp_path / "passwords.txt").read_text()
    second = People.of(tmp_path)
    assert second.check_token(token, NOW).id == "desk-1"
    assert (tmp_path / "passwords.txt").read_text() == before


def test_a_token_holds_until_its_time_is_over_also_when_it_is_remembered(people):
    token = people.issue_token(people.person("callback-1"), ttl=60, now=NOW)
    assert people.check_token(token, NOW + 59).id == "callback-1"
    with pytest.raises(Unauthorised):
        people.check_token(token, NOW + 60)
    with pytest.raises(Unauthorised):
        people.check_token(token, NOW + 61)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5000, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZXNrLTEifQ."])
def test_what_is_no_token_of_ours_is_turned_away(people, token):
    with pytest.raises(Unauthorised):
        people.check_token(token, NOW)


def test_a_token_signed_by_another_house_is_turned_away(people, tmp_path):
    stranger = People.of(tmp_path)
    with pytest.raises(Unauthorised):
        people.check_token(stranger.issue_token(stranger.person("desk-1"), now=NOW), NOW)


def test_a_service_with_the_public_key_alone_checks_tokens_but_makes_none(people, tmp_path):
    (tmp_path / "signing.pub").write_bytes(people.keys.public.as_pem(private=False))
    reader = People(people.organisation, keys_in(tmp_path))
    assert reader.check_token(people.issue_token(people.person("desk-1"), now=NOW), NOW).id == "desk-1"
    with pytest.raises(NotFound):
        reader.issue_token(people.person("desk-1"))


def test_only_so_many_tokens_are_remembered(people):
    few = People(people.organisation, people.keys, remember=2)
    for second in range(5):
        few.check_token(few.issue_token(few.person("desk-1"), now=NOW + second), NOW + second)
    assert len(few._verified) == 2


def test_who_leaves_the_organisation_is_no_longer_known_by_an_old_token(people, tmp_path):
    mine = People(people.organisation, people.keys)
    token = mine.issue_token(mine.person("desk-1"), now=NOW)
    mine.check_token(token, NOW)
    (tmp_path / "organisation.yaml").write_text(MINIMAL, encoding="utf-8")
    mine.read_again(load_organisation(tmp_path / "organisation.yaml"))
    with pytest.raises(Unauthorised):
        mine.check_token(token, NOW)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("department: engineering", "department: kitchen", 6, "there is no department 'kitchen'"),
        ("places: [garden]", "places: [moon]", 6, "there is no place 'moon'"),
        ("    roles: [repair_leader]\n    department: engineering\n", "", 6, "has neither a role nor a department"),
        ("login: repair-leader", "login: Repair Leader", 6, "String should match pattern"),
        ("kind: estate", "sort: estate", 2, "Field required"),
        ("people:", "people: [", 6, "not valid YAML"),
    ],
)
def test_a_wrong_organisation_is_told_with_file_and_line(tmp_path, old, new, line, said):
    file = tmp_path / "organisation.yaml"
    file.write_text(MINIMAL.replace(old, new), encoding="utf-8")
    with pytest.raises(OrganisationUnreadable) as wrong:
        load_organisation(file)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(f"{file}:{line}:") or "YAML" in said


def test_a_person_sees_their_places_departments_and_what_is_not_restricted(tmp_path):
    file = tmp_path / "organisation.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    leader = load_organisation(file).persons()["repair-leader"]
    assert leader.at("garden")
    assert not leader.at("moon")
    assert leader.sees("engineering")
    assert not leader.sees("security")
    assert leader.hears("internal")
    assert not leader.hears("restricted")
    with pytest.raises(FrozenInstanceError):
        leader.name = "x"  # type: ignore[misc]


def test_a_query_is_limited_to_what_the_person_may_see():
    table = sa.table("duties", *map(sa.column, ("id", "place", "department", "audience")))
    engine = sa.create_engine("sqlite://")
    rows = [
        ("mine", "garden", "engineering", "internal"),
        ("nowhere", None, "", None),
        ("elsewhere", "moon", "engineering", "internal"),
        ("not ours", "garden", "security", "internal"),
        ("secret", "garden", "engineering", "restricted"),
    ]
    leader = Person("a", "A", places=frozenset({"garden"}), departments=frozenset({"engineering"}))
    everywhere = Person("b", "B", audiences=frozenset({"restricted"}))
    with engine.connect() as connection:
        connection.execute(sa.text("create table duties (id, place, department, audience)"))
        connection.execute(
            table.insert(), [dict(zip(("id", "place", "department", "audience"), row, strict=True)) for row in rows]
        )
        seen = connection.scalars(scoped(sa.select(table.c.id), table, leader)).all()
        all_seen = connection.scalars(scoped(sa.select(table.c.id), table, everywhere)).all()
    engine.dispose()
    assert set(seen) == {"mine", "nowhere"}
    assert len(all_seen) == len(rows)


def test_the_command_prints_tokens_and_gives_new_passwords(tmp_path):
    people = People.of(tmp_path)
    run = CliRunner()
    token = run.invoke(people_app, ["token", "desk-1", "--data", str(tmp_path)])
    assert people.check_token(token.stdout.strip(), NOW).id == "desk-1"
    listed = run.invoke(people_app, ["list", "--data", str(tmp_path)])
    assert "repair-worker-1" in listed.stdout
    before = (tmp_path / "accounts.json").read_text()
    assert run.invoke(people_app, ["password", "desk-1", "--data", str(tmp_path)]).exit_code == 0
    assert (tmp_path / "accounts.json").read_text() != before
    unknown = run.invoke(people_app, ["token", "nobody", "--data", str(tmp_path)])
    assert unknown.exit_code == 2
    assert "nobody" in unknown.stderr
    empty = run.invoke(people_app, ["list", "--data", str(tmp_path / "empty")])
    assert empty.exit_code == 2
    assert "closeloop up" in empty.stderr


def test_working_time_is_the_organisations_unless_a_place_has_its_own(tmp_path):
    own = "{id: garden, calendar: {week: {saturday: '09:00-12:00'}}, kind: estate"
    file = tmp_path / "organisation.yaml"
    towers = MINIMAL.replace("departments:", "  - {id: towers, kind: estate, name: 大厦}\ndepartments:")
    file.write_text(towers.replace("{id: garden, kind: estate", own), encoding="utf-8")
    people = People(load_organisation(file), keys_in(tmp_path / "keys"))
    saturday = date(2026, 1, 10)
    assert people.calendar("garden").is_working_day(saturday)
    assert not people.calendar("towers").is_working_day(saturday)
    assert people.calendar("towers") is people.calendar("towers")


def test_the_file_follows_what_was_approved(tmp_path):
    people = People.of(tmp_path)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    text = (tmp_path / "organisation.yaml").read_text("utf-8")
    people.plan(read_organisation(text.replace("desk-2", "desk-9"), "new"), now + timedelta(days=1), now)
    assert "desk-9" not in (tmp_path / "organisation.yaml").read_text("utf-8")
    people.look_again(now + timedelta(days=2))
    assert load_organisation(tmp_path / "organisation.yaml") == people.organisation
    assert "desk-9" in people.organisation.persons() and "desk-2" in people.organisation_at(now).persons()
    given = CliRunner().invoke(people_app, ["password", "desk-9", "--data", str(tmp_path)])
    assert given.exit_code == 0, given.output


def test_a_deputy_is_somebody_else_who_works_here(tmp_path):
    file = tmp_path / "organisation.yaml"
    for deputy in ("repair-leader", "nobody"):
        file.write_text(MINIMAL + f"    deputy: {deputy}\n", encoding="utf-8")
        with pytest.raises(OrganisationUnreadable, match="is nobody else here"):
            load_organisation(file)
