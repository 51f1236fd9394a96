"""People of every role, and the groups with their members, terms and accounts."""

from datetime import datetime, timedelta

from gallery.core import areas, passwords
from gallery.core.permissions import SYSTEM, Actor
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene, phone
from gallery.demo.words import CRAFTS, FIRST_NAMES, FLOWERS, PASSWORD, STAFF, Craft
from gallery.people import service as people
from gallery.producers import service as producers
from gallery.producers.models import CATEGORIES, Member

LEADERS = 100
"""The leader of the n-th group has the number 0812-0000-01nn."""
TREASURERS = 200
MEMBERS = 300


def hire(scene: Scene) -> None:
    """Everybody who works at the gallery, and the office's viewer."""
    at = scene.at(scene.first_day - timedelta(days=40), 8)
    digest = passwords.keep(PASSWORD)
    for name, roles, last in STAFF:
        with transaction():
            person = people.add_person(name, phone=phone(int(last)), by=SYSTEM, at=at)
            for role in roles:
                people.give_role(person.id, role, by=SYSTEM, at=at)
            token, _link = people.invite(person.id, by=SYSTEM, at=at)
            people.accept_invitation(token, digest, at=at)
            actor = Actor(person.id, name, frozenset(roles))
        scene.staff[roles[0] if roles[0] not in scene.staff else f"{roles[0]} 2"] = actor
        scene.progress("people", 1)


def places(most: int) -> list[tuple[str, str, str]]:
    """(district, village, its name) for each group, going round the fourteen kecamatan."""
    found = []
    for n in range(most):
        district = areas.sampang_districts()[n % 14]
        villages = areas.children(district.code)
        village = villages[(n // 14 * 3 + n) % len(villages)]
        found.append((district.code, village.code, village.name))
    return found


def crafts(most: int) -> list[tuple[Craft, int]]:
    """(craft, which of its groups) going round the crafts, so that a small demo has many kinds."""
    rounds = max(c.groups for c in CRAFTS)
    return [(craft, n) for n in range(rounds) for craft in CRAFTS if n < craft.groups][:most]


def found(scene: Scene) -> None:
    """The groups: registered, their terms agreed, their leaders in."""
    digest = passwords.keep(PASSWORD)
    manager = scene.staff["manager"]
    where = places(scene.size.groups)
    for n, (craft, nth) in enumerate(crafts(scene.size.groups), 1):
        district, village, place = where[n - 1]
        joined = scene.first_day - timedelta(days=35 - n % 30)
        at = scene.at(joined, 9, n % 60)
        name = f"Kelompok {craft.word} {FLOWERS[nth]}"
        with transaction():
            row = producers.register_group(
                f"K{n:03d}",
                name,
                district=district,
                village=village,
                category=CATEGORIES[0] if craft.package <= 4 else CATEGORIES[1],
                package=craft.package,
                story=f"Kami {5 + n % 9} orang dari {place}. Sejak pelatihan, kami bekerja bersama tiga hari seminggu.",
                story_en=f"We are {5 + n % 9} people of {place}, and since the training we work together.",
                joined_on=joined,
                by=manager,
                at=at,
            )
            producers.agree_terms(row.id, from_date=joined, bp=(1000, 1000, 1250, 1500)[n % 4], by=manager, at=at)
            leader = _join(row.id, n, "leader", LEADERS, digest, manager, at)
            if n % 2:
                _join(row.id, n, "treasurer", TREASURERS, digest, manager, at)
            if n % 3 == 0:
                producers.add_member(
                    row.id, FIRST_NAMES[(n * 7 + 3) % len(FIRST_NAMES)], phone=phone(MEMBERS + n), by=manager, at=at
                )
            if n % 9:  # the others are paid in cash, against a list of signatures
                number = f"{1_000_000_000 + n * 7_654_321}"
                producers.change_bank_account(row.id, "Bank Jatim", number, f"Kas {name}", by=manager, at=at)
            group = Group(row.id, name, place, craft, leader, bool(n % 9))
        scene.groups.append(group)
        scene.count("groups")
        scene.progress("groups", 1)


def _join(group_id: int, n: int, role: str, numbers: int, digest: str, by: Actor, at: datetime) -> Actor:
    name = FIRST_NAMES[(n * 3 + numbers // 100) % len(FIRST_NAMES)]
    member: Member = producers.add_member(group_id, name, role=role, phone=phone(numbers + n), by=by, at=at)
    if n % 13 or role != "leader":  # a few leaders have not answered their invitation yet
        token, _person, _until = producers.invite_member(group_id, member.id, by=by, at=at)
        people.accept_invitation(token, digest, at=at)
    else:
        producers.invite_member(group_id, member.id, by=by, at=at)
    return Actor(member.person_id, name, frozenset(), group_id, role)
