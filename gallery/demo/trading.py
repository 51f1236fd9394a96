"""The days of the demo, one after the other: notes, sales at the counter, orders online, what comes back, months."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from gallery.checkout import service as checkout
from gallery.checkout.service import Buyer
from gallery.consignment import rules as note_rules
from gallery.consignment import service as consignment
from gallery.consignment.models import NoteLine
from gallery.core import areas
from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.demo.scene import Group, Scene, Ware, phone
from gallery.demo.words import FIRST_NAMES, STREETS
from gallery.fulfilment import service as fulfilment
from gallery.payments import service as payments
from gallery.payments.models import Refund
from gallery.payments.rules import BANK, TILL
from gallery.sales import service as sales
from gallery.sales.rules import GALLERY, GROUP, SHARED, Discount
from gallery.settlement import rules as month_rules
from gallery.settlement import service as settlement
from gallery.settlement.queries import statements
from gallery.stock.queries import location_id
from gallery.trade import service as trade
from gallery.trade.service import Back

WAYS = (TILL, TILL, TILL, "qris", "qris", "card-terminal")
PAY_BY = {TILL: "cash", "qris": "qris", "card-terminal": "card"}
REGENCIES = ("3527", "3528", "3526", "3578", "3515", "3374", "3273", "3171", "5171")
"""Where parcels go: Madura, Surabaya and around, Semarang, Bandung, Jakarta, Denpasar."""


@dataclass(frozen=True)
class Told:
    """What Stripe would have told of a payment page, then."""

    id: str
    status: str
    paid: bool
    waiting: bool
    amount: Rupiah
    payment_intent: str | None
    metadata: dict[str, str]


@dataclass
class Sold:
    """A line over the counter or handed over, that may still come back."""

    order_id: int
    line_id: int
    ware: Ware
    on: date


@dataclass
class Days:
    """What is planned for the days to come, and what was sold on those gone by."""

    scene: Scene
    plans: dict[date, list[Callable[[date], None]]] = field(default_factory=lambda: defaultdict(list))
    sold: list[Sold] = field(default_factory=list)
    serial: int = 0
    shelf: int = 0
    back_room: int = 0
    display: int = 0

    def run(self) -> None:
        """Every day from the first to today."""
        scene = self.scene
        self.shelf, self.back_room, self.display = map(location_id, ("shelf", "back-room", "display"))
        whole = (scene.today - scene.first_day).days + 1
        self._plan_notes()
        done_sales = done_orders = 0
        for n in range(whole):
            day = scene.first_day + timedelta(days=n)
            for plan in self.plans.pop(day, []):
                plan(day)
            # As many as bring the sums to what is wanted on the last day, a few more at the weekend.
            upto = scene.size.sales * (n + 1) // whole
            self._counter(day, upto - done_sales)
            done_sales = upto
            upto = scene.size.orders * (n + 1) // whole
            for _ in range(upto - done_orders):
                self._order(day)
                scene.progress("orders", 1)
            done_orders = upto
            if n % 4 == 3:
                self._come_back(day)
        self._last_month()

    # ---------------------------------------------------------------- notes

    def _plan_notes(self) -> None:
        scene = self.scene
        month = scene.first_day
        while month <= scene.today:
            for n, group in enumerate(scene.groups):
                # At first everybody brings at once; later a group comes on a day of its own.
                day = month + timedelta(days=n % 2 if month == scene.first_day else 2 + (n * 5) % 24)
                self.plans[day].append(partial(self._bring, group))
            month = month_rules.next_month(month)
        for n, group in enumerate(scene.groups[:: max(len(scene.groups) // 7, 1)]):
            self.plans[scene.today].append(partial(self._promise, group, n))

    def _bring(self, group: Group, day: date) -> None:
        """A note from its proposal to the shelf."""
        scene, chance = self.scene, self.scene.chance
        if not group.goods:
            return
        full = day <= scene.first_day + timedelta(days=2)
        goods = sorted(group.goods, key=lambda ware: (ware.free, ware.variant_id))[: len(group.goods) if full else 4]
        wanted = [
            consignment.Proposal(ware.variant_id, self._many(ware, full)) for ware in goods if full or ware.free < 14
        ]
        if not wanted:
            return
        keeper, earlier = scene.staff["storekeeper"], scene.at(day - timedelta(days=1), 19, len(goods))
        with transaction():
            note = consignment.draft(group.id, wanted, deliver_on=day, by=group.leader, at=earlier)
            consignment.propose(note.id, by=group.leader, at=earlier)
            consignment.accept(note.id, by=keeper, at=scene.at(day, 8, 10))
        at = scene.at(day, 9, chance.randrange(50))
        by_variant = {ware.variant_id: ware for ware in goods}
        with transaction():
            lines = db.session.scalars(
                sa.select(NoteLine).where(NoteLine.note_id == note.id).order_by(NoteLine.position)
            ).all()
            counts = [self._counted(line, by_variant[line.variant_id], day) for line in lines]
            consignment.receive(note.id, counts, key=f"demo:{note.id}", by=keeper, at=at)
        for count, line in zip(counts, lines, strict=True):
            if count.location_id != self.display:
                by_variant[line.variant_id].free += count.quantity or 0
        scene.count("notes")

    def _many(self, ware: Ware, full: bool) -> int:
        most = 30 if ware.price < 60_000 else 12 if ware.price < 200_000 else 5
        return self.scene.chance.randint(most // 2, most) + (2 if full else 0)

    def _counted(self, line: NoteLine, ware: Ware, day: date) -> consignment.Count:
        chance = self.scene.chance
        short = line.proposed > 3 and chance.random() < 0.05
        place = self.back_room if chance.random() < 0.25 else self.shelf
        keeps = ware.group.craft.keeps_days
        return consignment.Count(
            line.id,
            line.proposed - short,
            place,
            reason="Satu tertinggal di rumah, menyusul." if short else "",
            expires_on=day + timedelta(days=keeps + chance.randrange(60)) if keeps else None,
            terms_kind=note_rules.NET if ware.fixed else None,
            net=Rupiah(ware.price * 17 // 20) if ware.fixed else None,
        )

    def _promise(self, group: Group, n: int, day: date) -> None:
        """A note that is not at its end: proposed, or accepted and not counted in yet."""
        scene = self.scene
        lines = [consignment.Proposal(ware.variant_id, self._many(ware, False)) for ware in group.goods[:3]]
        if not lines:
            return
        with transaction():
            note = consignment.draft(group.id, lines, deliver_on=day + timedelta(days=1), by=group.leader, at=scene.now)
            if n == 5:
                return
            consignment.propose(note.id, by=group.leader, at=scene.now)
            if n % 3 == 1:
                consignment.accept(note.id, by=scene.staff["storekeeper"], at=scene.now)
        scene.count("notes")

    # ---------------------------------------------------------------- the counter

    def _pick(self, most_lines: int) -> list[tuple[Ware, int]]:
        """Some goods that are there, the favourites more often."""
        chance = self.scene.chance
        there = [ware for ware in self.scene.wares if ware.free > 0]
        if not there:
            return []
        found: dict[int, tuple[Ware, int]] = {}
        for ware in chance.choices(there, [ware.favour for ware in there], k=chance.randint(1, most_lines)):
            many = 1 if ware.price > 100_000 else chance.choice((1, 1, 2, 3))
            if ware.variant_id not in found:
                found[ware.variant_id] = ware, min(many, ware.free)
        return list(found.values())

    def _counter(self, day: date, many: int) -> None:
        scene, chance = self.scene, self.scene.chance
        minutes = sorted(chance.randrange(8 * 60 + 20, 16 * 60) for _ in range(many))
        cashiers = [scene.staff["cashier"], scene.staff["cashier 2"]]
        drawn = []
        with transaction() as session:
            for minute in minutes:
                goods = self._pick(3)
                if not goods:
                    continue
                self.serial += 1
                way = chance.choice(WAYS)
                at = scene.at(day, minute // 60, minute % 60)
                draft = sales.Draft(
                    key=f"till:demo:{self.serial}",
                    lines=[sales.Wanted(w.variant_id, n, discount=self._less(w)) for w, n in goods],
                    channel="counter",
                    delivery="counter",
                    pay_by=PAY_BY[way],
                )
                order = trade.sell(draft, way, by=cashiers[minute > 12 * 60], at=at)
                drawn.append((order.id, goods))
                for ware, n in goods:
                    ware.free -= n
            lines = _lines_of(session, [id for id, _ in drawn])
        for id, goods in drawn:
            for line_id, (ware, _) in zip(lines[id], goods, strict=True):
                self.sold.append(Sold(id, line_id, ware, day))
        scene.count("counter sales", len(drawn))
        scene.progress("sales", many)

    def _less(self, ware: Ware) -> Discount | None:
        if ware.fixed or self.scene.chance.random() > 0.06:
            return None
        return Discount(self.scene.chance.choice((SHARED, SHARED, GALLERY, GROUP)), bp=1000)

    # ---------------------------------------------------------------- online

    def _order(self, day: date) -> None:
        """Somebody buys online: a basket, an order, a payment page, and mostly the money."""
        scene, chance = self.scene, self.scene.chance
        goods = self._pick(3)
        if sum(ware.price * n for ware, n in goods) < 20_000:
            return
        self.serial += 1
        n = self.serial
        at = scene.at(day, chance.randrange(7, 21), chance.randrange(60))
        if at == scene.now:
            at -= timedelta(minutes=chance.randrange(10, 40))
        buyer = self._buyer(n)
        with transaction():
            token = None
            for ware, many in goods:
                token = checkout.fill(token, ware.variant_id, many, at=at).token
            lang = "en" if n % 7 == 0 else "id"
            placed = checkout.place(token, buyer, key=f"demo{n}", seen=None, lang=lang, by=SYSTEM, at=at, real=at)
            attempt = placed.attempt
            assert attempt is not None
            checkout.attach_session(attempt, f"cs_demo_{n}", "https://checkout.stripe.com/c/demo")
            order_id, total, reference = placed.order.id, placed.order.total, attempt.reference
        late = scene.today - timedelta(days=9) <= day < scene.today and "cases" not in scene.counts
        lost = late or scene.chance.random() < 0.025
        told = Told(
            f"cs_demo_{n}",
            "expired" if lost else "complete",
            not lost,
            False,
            total,
            None if lost else f"pi_demo_{n}",
            {"payment": reference},
        )
        scene.count("online orders")
        after = min(at + timedelta(minutes=40 if lost else 4), scene.now)
        with transaction():
            checkout.resolve_session(told, by=SYSTEM, at=after)
        if lost:
            if late:
                self._too_late(order_id, reference, told, after)
            return
        for ware, many in goods:
            ware.free -= many
        if scene.chance.random() < 0.02 and day < scene.today:
            with transaction():
                checkout.cancel(order_id, by=SYSTEM, at=after + timedelta(minutes=20))
            for ware, many in goods:
                ware.free += many
            self._settle_refunds(after + timedelta(minutes=25))
            return
        self._follow(day, order_id, goods, buyer.delivery)

    def _too_late(self, order_id: int, reference: str, told: Told, at: datetime) -> None:
        """The money came after all: a case for staff."""
        paid = Told(told.id, "complete", True, False, told.amount, told.id.replace("cs", "pi"), told.metadata)
        with transaction():
            checkout.resolve_session(paid, by=SYSTEM, at=min(at + timedelta(hours=2), self.scene.now))
        self.scene.count("cases")

    def _buyer(self, n: int) -> Buyer:
        name = FIRST_NAMES[n * 7 % len(FIRST_NAMES)]
        email = f"{name.lower()}{n}@example.com" if n % 3 else None
        number = f"+62{phone(5000 + n % 5000).replace('-', '')[1:]}"
        if n % 2:
            return Buyer("pickup", name, number, email)
        village = _village(REGENCIES[n % len(REGENCIES)], n)
        street = f"{STREETS[n % len(STREETS)]} {1 + n % 60}"
        address = {"street": street, "area": village.code, "postcode": village.postcode}
        return Buyer("courier", name, number, email, area=village.code, address=address)

    def _follow(self, day: date, order_id: int, goods: list[tuple[Ware, int]], delivery: str) -> None:
        """What staff do with a paid order on the days after."""
        n = order_id

        def gather(on: date) -> None:
            at = self.scene.at(on, 8, 20 + n % 30)
            with transaction():
                fulfilment.prepare(order_id, by=self.scene.staff["storekeeper"], at=at)
            if n % 3:
                lay_ready(on)
            else:
                self.plans[on + timedelta(days=1)].append(lay_ready)

        def lay_ready(on: date) -> None:
            with transaction():
                fulfilment.make_ready(order_id, by=self.scene.staff["storekeeper"], at=self.scene.at(on, 10, n % 60))
            self.plans[on + timedelta(days=1 + n % 2)].append(give)

        def give(on: date) -> None:
            courier = delivery == "courier"
            keeper, at = self.scene.staff["storekeeper" if courier else "cashier"], self.scene.at(on, 13, n % 60)
            with transaction() as session:
                lines = _lines_of(session, [order_id])[order_id]
                if courier:
                    units = {line_id: many for line_id, (_ware, many) in zip(lines, goods, strict=True)}
                    parcel = fulfilment.pack(order_id, units, key=f"demo:{order_id}", by=keeper, at=at)
                    fulfilment.send(parcel.id, courier="Pos Indonesia", tracking=f"P{order_id:011d}", by=keeper, at=at)
                    self.plans[on + timedelta(days=2 + n % 3)].append(partial(home, parcel.id))
                else:
                    trade.hand_over(order_id, key=f"demo:{order_id}", way=delivery, by=keeper, at=at)
            for line_id, (ware, _) in zip(lines, goods, strict=True):
                self.sold.append(Sold(order_id, line_id, ware, on))

        def home(parcel_id: int, on: date) -> None:
            with transaction():
                fulfilment.arrive(parcel_id, by=self.scene.staff["storekeeper"], at=self.scene.at(on, 15))

        if self.scene.today - timedelta(days=5) <= day <= self.scene.today - timedelta(days=4):
            self.scene.count("forgotten")
            if self.scene.counts["forgotten"] == 1:
                return  # nobody has begun it: it is late
        self.plans[day + timedelta(days=1 + n % 2)].append(gather)

    # ---------------------------------------------------------------- what comes back

    def _come_back(self, day: date) -> None:
        """One unit of something sold in the last days, with its money."""
        scene, chance = self.scene, self.scene.chance
        recent = [s for s in self.sold if s.on >= day - timedelta(days=6)]
        self.sold = recent
        if not recent:
            return
        one = chance.choice(recent)
        self.sold.remove(one)
        goods = chance.choice(("shelf", "shelf", "damaged", "group"))
        at = scene.at(day, 15, chance.randrange(59))
        with transaction():
            trade.refund(
                one.order_id,
                [Back((one.line_id,), 1, goods)],
                key=f"demo:{one.line_id}",
                by=scene.staff["manager"],
                at=at,
                reason=chance.choice(("Warnanya tidak cocok", "Retak", "Salah ukuran", "Dobel beli")),
            )
        if goods == "shelf":
            one.ware.free += 1
        self._settle_refunds(at + timedelta(minutes=5))
        scene.count("refunds")

    def _settle_refunds(self, at: datetime) -> None:
        """Stripe answers at once in the demo's past."""
        asked = list(db.session.scalars(sa.select(Refund.id).where(Refund.state == "asked")))
        db.session.rollback()
        for id in asked:
            with transaction():
                payments.settle_refund(id, at=at, outside_id=f"re_demo_{id}")

    # ---------------------------------------------------------------- months

    def plan_months(self) -> None:
        """Each month is drawn up on the 2nd, approved on the 3rd, paid on the 5th; the last whole one waits."""
        month = self.scene.first_day
        while month_rules.next_month(month_rules.next_month(month)) <= self.scene.today:
            after = month_rules.next_month(month)
            for day, what in ((1, self._draw_up), (2, self._approve), (4, self._pay)):
                self.plans[after + timedelta(days=day)].append(partial(what, month))
            month = after

    def _draw_up(self, month: date, day: date) -> None:
        with transaction():
            settlement.draw_up(month, by=self.scene.staff["finance"], at=self.scene.at(day, 9))
        self.scene.progress("months", 1)

    def _approve(self, month: date, day: date) -> None:
        with transaction():
            settlement.approve_month(month, by=self.scene.staff["finance 2"], at=self.scene.at(day, 10))
        self.scene.progress("months", 1)

    def _pay(self, month: date, day: date) -> None:
        scene, at = self.scene, self.scene.at(day, 11)
        with transaction():
            rows = list(statements.of_month(month).values())
            due = statements.payables(rows)
            banked = {group.id for group in scene.groups if group.has_account}
            for n, row in enumerate(sorted(rows, key=lambda row: row.id), 1):
                if not due[row.id].amount:
                    continue
                bank = row.group_id in banked
                payout = settlement.pay_out(
                    row.id,
                    key=f"demo:{row.id}",
                    asset=BANK if bank else TILL,
                    reference=f"{'TRF' if bank else 'TTD'}{day:%y%m%d}{n:03d}",
                    by=scene.staff["finance"],
                    at=at,
                )
                if n % 3:
                    leader = next(group.leader for group in scene.groups if group.id == row.group_id)
                    settlement.confirm_received(payout.id, by=leader, at=scene.at(day + timedelta(days=1), 9))
                scene.count("payouts")
        scene.progress("months", 1)

    def _last_month(self) -> None:
        """Drawn up, and waiting for a second person."""
        last = month_rules.previous_month(self.scene.today.replace(day=1))
        with transaction():
            settlement.draw_up(last, by=self.scene.staff["finance"], at=self.scene.now)
        self.scene.progress("months", 1)


def _lines_of(session: sa.orm.scoped_session[sa.orm.Session], order_ids: list[int]) -> dict[int, list[int]]:
    session.flush()
    return {id: [line.id for line in sales.lines_of(id)] for id in order_ids}


def _village(regency: str, n: int) -> areas.Area:
    districts = areas.children(regency)
    villages = areas.children(districts[n % len(districts)].code)
    return villages[n % len(villages)]
