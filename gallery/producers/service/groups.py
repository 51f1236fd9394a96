"""Groups are registered, agree on terms, take in members, and say where their money goes."""

from datetime import date, datetime

import sqlalchemy as sa

from gallery.core import audit, clock, outbox, secrets, settings
from gallery.core.db import db, locked
from gallery.core.errors import NotAllowed, NotFound, Refusal
from gallery.core.marks import mark
from gallery.core.permissions import GROUP_ROLES, Actor, P
from gallery.core.text import N_
from gallery.people import service as people
from gallery.people.models import Person
from gallery.people.queries import roles_of
from gallery.producers import queries, rules
from gallery.producers.models import CATEGORIES, BankAccount, Member, ProducerGroup, Terms, TrainingPackage

# ---------------------------------------------------------------- groups


def register_group(
    code: str,
    name: str,
    *,
    district: str,
    village: str | None = None,
    category: str | None = None,
    package: int | None = None,
    story: str = "",
    story_en: str = "",
    joined_on: date | None = None,
    by: Actor,
    at: datetime,
) -> ProducerGroup:
    """A new group. `district` and `village` are area codes, `package` a number of 1 to 9.

    Its terms, members and account follow by their own verbs. Raises Refusal, naming the field.
    """
    group = ProducerGroup(
        code=free_code(code),
        slug=_free_slug(name),
        joined_on=joined_on or clock.business_date(at),
        created_at=at,
    )
    _describe(group, name, category, package, district, village, story, story_en)
    db.session.add(group)
    db.session.flush()
    audit.record("group.register", "producer_group", group.id, by=by, at=at)
    return group


def free_code(code: str) -> str:
    """What a new group may be called on papers. Raises Refusal for nothing, too much, or another group's."""
    clean = rules.line(code, "code", 40)
    same = sa.select(ProducerGroup.id).where(sa.func.lower(ProducerGroup.code) == clean.lower())
    if db.session.scalar(same) is not None:
        raise Refusal(N_("Kode ini sudah dipakai kelompok lain."), field="code")
    return clean


def change_group(
    group_id: int,
    name: str,
    *,
    district: str,
    village: str | None,
    category: str | None,
    package: int | None,
    story: str,
    story_en: str,
    by: Actor,
    at: datetime,
) -> ProducerGroup:
    """Correct what is said of a group. Its code and its address in the shop stay."""
    group = locked(ProducerGroup, group_id)
    _describe(group, name, category, package, district, village, story, story_en)
    changed = [str(a.key) for a in sa.inspect(group).attrs if a.history.has_changes()]
    if changed:
        mark("group", group.id)
        audit.record("group.change", "producer_group", group.id, by=by, at=at, fields=changed)
    return group


def _describe(
    group: ProducerGroup,
    name: str,
    category: str | None,
    package: int | None,
    district: str,
    village: str | None,
    story: str,
    story_en: str,
) -> None:
    group.name = rules.line(name, "name", rules.LONGEST_NAME)
    if category and category not in CATEGORIES:
        raise Refusal(N_("Pilih salah satu kategori."), field="category")
    group.category = category or None
    group.package_id = _package_id(package)
    group.district, group.village = rules.place(district, village)
    group.story, group.story_en = rules.story(story, "story"), rules.story(story_en, "story_en")


def _package_id(number: int | None) -> int | None:
    if number is None:
        return None
    found = db.session.scalar(sa.select(TrainingPackage.id).where(TrainingPackage.number == number))
    if found is None:
        raise Refusal(N_("Pilih salah satu paket pelatihan."), field="package")
    return found


def _free_slug(name: str) -> str:
    wanted = rules.slug(name)
    taken = set(db.session.scalars(sa.select(ProducerGroup.slug).where(ProducerGroup.slug.startswith(wanted))))
    return next(s for n in range(1, len(taken) + 2) if (s := wanted if n == 1 else f"{wanted}-{n}") not in taken)


# ---------------------------------------------------------------- members


def add_member(
    group_id: int,
    name: str,
    *,
    role: str = "member",
    phone: str = "",
    email: str = "",
    lang: str = "id",
    by: Actor,
    at: datetime,
) -> Member:
    """A person in a group; somebody of that phone is known already or new. Only a leader or staff name a leader."""
    locked(ProducerGroup, group_id)
    may_give(role, by)
    new_to(group_id, phone, email)
    person = people.known_or_new(name, phone=phone, email=email, lang=lang, by=by, at=at)
    return _join(group_id, person.id, role, by, at)


def new_to(group_id: int, phone: str, email: str) -> None:
    """Refuse a phone (or, without one, an e-mail address) of somebody who is in the group already."""
    person = people.known(phone, email)
    if person is not None and queries.membership(group_id, person.id) is not None:
        field = "phone" if phone.strip() else "email"
        raise Refusal(N_("%(name)s sudah ada di kelompok ini."), field=field, name=person.name)


def change_member_role(group_id: int, member_id: int, role: str, *, by: Actor, at: datetime) -> Member:
    """Another role in the group from now on. A group with a leader keeps one."""
    may_give(role, by)
    member = _open_member(group_id, member_id)
    if member.role == role:
        return member
    may_give(member.role, by)
    _keep_a_leader(member)
    member.ended_at = at
    db.session.flush()
    return _join(group_id, member.person_id, role, by, at)


def end_member(group_id: int, member_id: int, *, by: Actor, at: datetime) -> None:
    """Out of the group; the own pages close at the next request."""
    member = _open_member(group_id, member_id)
    may_give(member.role, by)
    _keep_a_leader(member)
    member.ended_at = at
    audit.record("member.end", "member", member.id, by=by, at=at, on_behalf=by.on_behalf_of(group_id))


def may_give(role: str, by: Actor) -> None:
    """Refuse a role that is none in a group, and a leader's by the hand of a treasurer."""
    if role not in GROUP_ROLES:
        raise Refusal(N_("Pilih salah satu peran."), field="role")
    if role == "leader" and by.group_role == "treasurer" and not by.staff:
        raise Refusal(N_("Ketua hanya bisa diganti oleh ketua atau galeri."), field="role")


def _open_member(group_id: int, member_id: int) -> Member:
    locked(ProducerGroup, group_id)
    member = locked(Member, member_id)
    if member.group_id != group_id or member.ended_at is not None:
        raise NotFound
    return member


def _keep_a_leader(member: Member) -> None:
    if member.role != "leader":
        return
    leaders = sa.select(sa.func.count(Member.id)).where(
        Member.group_id == member.group_id, Member.role == "leader", Member.ended_at.is_(None)
    )
    if db.session.scalars(leaders).one() == 1:
        raise Refusal(N_("Tunjuk ketua lain dulu: kelompok harus punya ketua."), field="role")


def _join(group_id: int, person_id: int, role: str, by: Actor, at: datetime) -> Member:
    member = Member(group_id=group_id, person_id=person_id, role=role, since=at)
    db.session.add(member)
    db.session.flush()
    audit.record("member.add", "member", member.id, by=by, at=at, fields=[role], on_behalf=by.on_behalf_of(group_id))
    return member


def invite_member(group_id: int, member_id: int, *, by: Actor, at: datetime) -> tuple[str, Person, datetime]:
    """A one-time link for a member: the token, whose it is, and until when it works.

    A leader or treasurer makes one only for somebody who is in this group alone: a link sets a password, and must
    open no other group's door and no gallery's. Staff make it for anybody.
    """
    member = _open_member(group_id, member_id)
    person = db.session.get_one(Person, member.person_id)
    if not by.may(P.groups_manage):
        elsewhere = [m for m in queries.groups_of(person.id) if m.group_id != group_id]
        if elsewhere or roles_of(person.id):
            raise NotAllowed(
                N_("%(name)s juga ada di tempat lain: minta tautannya ke petugas galeri."), name=person.name
            )
        if member.role == "leader" and by.group_role != "leader":
            raise NotAllowed(N_("Tautan untuk ketua dibuat oleh ketua atau galeri."))
    token, link = people.invite(person.id, by=by, at=at)
    return token, person, link.expires_at


# ---------------------------------------------------------------- terms


def agree_terms(
    group_id: int,
    *,
    from_date: date,
    bp: int,
    allows_discount: bool | None = None,
    floor_price: int | None = None,
    term_days: int | None = None,
    grace_days: int | None = None,
    by: Actor,
    at: datetime,
) -> Terms:
    """A new version of a group's terms, for what is received from that day on. Left out: the gallery's defaults.

    `bp` is the gallery's part in basis points. Raises Refusal, naming the field; SameTerms.
    """
    locked(ProducerGroup, group_id)
    latest = db.session.scalars(
        sa.select(Terms).where(Terms.group_id == group_id).order_by(Terms.version.desc()).limit(1)
    ).first()
    rules.check_from(from_date, clock.business_date(at), latest.from_date if latest else None)
    if not 0 <= bp <= 10_000:
        raise Refusal(N_("Paling banyak 100 persen."), field="bp")
    floor = None if floor_price is None else rules.above_zero(floor_price)
    days = rules.within(settings.value(settings.TERM_DAYS) if term_days is None else term_days, "term_days")
    grace = rules.within(settings.value(settings.GRACE_DAYS) if grace_days is None else grace_days, "grace_days")
    allows = settings.value(settings.FREE_DISCOUNT) if allows_discount is None else allows_discount
    agreed = (bp, allows, floor, days, grace)
    if latest and agreed == (
        latest.bp, latest.allows_discount, latest.floor_price, latest.term_days, latest.grace_days
    ):  # fmt: skip
        raise rules.SameTerms(latest.version)
    terms = Terms(
        group_id=group_id,
        version=latest.version + 1 if latest else 1,
        from_date=from_date,
        bp=bp,
        allows_discount=allows,
        floor_price=floor,
        term_days=days,
        grace_days=grace,
        agreed_by_id=by.person_id,
        created_at=at,
    )
    db.session.add(terms)
    db.session.flush()
    audit.record("terms.agree", "terms", terms.id, by=by, at=at)
    return terms


# ---------------------------------------------------------------- where the money goes


def change_bank_account(group_id: int, bank: str, number: str, holder: str, *, by: Actor, at: datetime) -> BankAccount:
    """Another account from now on. The first may be used at once; a changed one waits, and the old contact is told.

    The same account again changes nothing. Raises Refusal, naming the field.
    """
    group = locked(ProducerGroup, group_id)
    name, digits = rules.line(bank, "bank", rules.LONGEST_BANK), rules.account_number(number)
    owner = rules.line(holder, "holder", rules.LONGEST_HOLDER, needed=False) or group.name
    now = queries.usable_account(group_id, at)
    waiting = queries.waiting_account(group_id, at)
    latest = waiting or now
    if latest is not None and (latest.bank, latest.holder) == (name, owner) and _number(latest) == digits:
        return latest
    if waiting is not None:
        waiting.ended_at, waiting.ended_by_id = at, by.person_id
    account = BankAccount(
        group_id=group_id,
        bank=name,
        cipher=secrets.encrypt(digits, "bank_account"),
        last4=digits[-4:],
        holder=owner,
        usable_from=rules.usable_from(at, settings.value(settings.BANK_WAIT), first=now is None),
        changed_by_id=by.person_id,
        created_at=at,
    )
    db.session.add(account)
    db.session.flush()
    audit.record("bank-account.change", "bank_account", account.id, by=by, at=at, on_behalf=by.on_behalf_of(group_id))
    if now is not None:
        for person in queries.contacts(group_id):
            if person.email:
                outbox.put(
                    "producers.account_changed",
                    {"account_id": account.id, "person_id": person.id},
                    key=f"account-changed:{account.id}:{person.id}",
                    at=at,
                )
    return account


def cancel_bank_account_change(group_id: int, *, by: Actor, at: datetime) -> None:
    """Call off a change that still waits; the account before it stays. Raises NotFound when none waits."""
    locked(ProducerGroup, group_id)
    waiting = queries.waiting_account(group_id, at)
    if waiting is None:
        raise NotFound
    waiting.ended_at, waiting.ended_by_id = at, by.person_id
    audit.record("bank-account.cancel", "bank_account", waiting.id, by=by, at=at, on_behalf=by.on_behalf_of(group_id))


def reveal_bank_account(account_id: int, *, by: Actor, at: datetime) -> str:
    """The whole number, and a line in the audit that it was looked at. Raises NotFound for who may not."""
    account = db.session.get(BankAccount, account_id)
    own = account is not None and by.group_id == account.group_id and by.may(P.own_bank_account)
    if account is None or not (own or by.may(P.bank_accounts)):
        raise NotFound
    audit.record(
        "bank-account.reveal", "bank_account", account.id, by=by, at=at, on_behalf=by.on_behalf_of(account.group_id)
    )
    return _number(account)


def _number(account: BankAccount) -> str:
    return secrets.decrypt(account.cipher, "bank_account")
