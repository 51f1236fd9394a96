"""Random lives of a line: parts, discounts, partial handovers, cancellations and returns keep every equation."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.core.rupiah import Rupiah, split
from gallery.sales import rules
from gallery.sales.rules import Counts, Funding, Terms
from gallery.trade import postings

ORDER, GROUP, ASSET = "shoppers:1", "group:1", "stripe"
MONEY = st.integers(0, 200_000).map(Rupiah)
TERMS = st.one_of(
    st.integers(0, 10_000).map(lambda bp: Terms(rules.PERCENT, bp=bp)),
    MONEY.map(lambda n: Terms(rules.NET, net=n)),
)
DRAWN = st.lists(st.tuples(st.integers(1, 5), TERMS), min_size=1, max_size=3)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["hand over", "cancel", "refund", "lost"]), st.integers(1, 6)),
    max_size=14,
)
CUTS = st.lists(st.integers(0, 100), min_size=4, max_size=4)


class Life:
    """A line, its order's money and its lots' stock, written only with the rules and the postings."""

    def __init__(self, price, drawn, cuts):
        gross = price * sum(n for n, _ in drawn)
        pieces = split(gross, cuts) if any(cuts) else [Rupiah(0)] * 3
        self.funding = Funding(*pieces[:3])
        self.parts = rules.parts(price, drawn, self.funding, manager=True)
        self.counts = [Counts(p.quantity) for p in self.parts]
        self.paid = gross - self.funding.total
        self.books = Counter()
        self.lots = [Counter(on_hand=p.quantity, received=p.quantity) for p in self.parts]
        self.book(postings.money_in(ASSET, ORDER, self.paid))

    def book(self, legs):
        for leg in legs:
            debit, credit, amount = leg.debit, leg.credit, leg.amount
            assert amount > 0
            assert debit != credit
            self.books[debit] -= amount
            self.books[credit] += amount

    def each(self, event, asked):
        room = "to_return" if event in ("refund", "lost") else "to_deliver"
        rooms = [getattr(c, room) for c in self.counts]
        taken = rules.over_parts(min(asked, sum(rooms)), rooms)
        for i, n in enumerate(taken):
            if n:
                {
                    "hand over": self.hand_over,
                    "cancel": self.cancel,
                    "refund": self.refund,
                    "lost": self.lost,
                }[event](i, n)
        if event == "cancel":
            back = rules.to_give_back(Rupiah(self.books[ORDER]), self.still_owed())
            self.book(postings.given_back(ORDER, ASSET, back))

    def hand_over(self, i, n):
        part, c = self.parts[i], self.counts[i]
        units = part.amounts.between(c.delivered, c.delivered + n, c.quantity)
        assert units.earning + units.commission == units.paid + units.promotion
        self.book(postings.handover(ORDER, GROUP, units))
        self.counts[i] = Counts(c.quantity, c.delivered + n, c.cancelled, c.returned)
        self.lots[i].update(on_hand=-n, sold=n)

    def cancel(self, i, n):
        c = self.counts[i]
        self.counts[i] = Counts(c.quantity, c.delivered, c.cancelled + n, c.returned)

    def refund(self, i, n):
        part, c = self.parts[i], self.counts[i]
        units = part.amounts.between(c.returned, c.returned + n, c.quantity)
        self.book(postings.refund(ASSET, GROUP, units))
        self.counts[i] = Counts(c.quantity, c.delivered, c.cancelled, c.returned + n)
        self.lots[i].update(on_hand=n, back=n)
        return units

    def lost(self, i, n):
        units = self.refund(i, n)
        self.lots[i].update(on_hand=-n, back=-n)
        self.book(postings.lost_after_handover(GROUP, units))
        self.books["kept"] += units.earning

    def still_owed(self):
        pairs = zip(self.parts, self.counts, strict=True)
        return sum((rules.unearned(p.amounts, c) for p, c in pairs), Rupiah(0))

    def check(self):
        delivered = returned = rules.NOTHING
        for part, c, lot in zip(self.parts, self.counts, self.lots, strict=True):
            assert part.amounts.value == part.amounts.paid + part.amounts.promotion
            delivered += part.amounts.upto(c.delivered, c.quantity)
            returned += part.amounts.upto(c.returned, c.quantity)
            assert lot["received"] + lot["back"] == lot["on_hand"] + lot["sold"]
            assert lot["on_hand"] >= c.to_deliver
        kept = delivered - returned
        assert self.books[ORDER] == self.still_owed() >= 0
        assert self.books[GROUP] == kept.earning + self.books["kept"]
        assert self.books["commission"] == kept.commission
        assert -self.books["promotion"] == kept.promotion
        assert -self.books["loss"] == self.books["kept"]
        # what the shopper is out of pocket for: the units kept, and those still to come
        assert -self.books[ASSET] == kept.paid + self.still_owed()
        assert 0 <= -self.books[ASSET] <= self.paid


@settings(max_examples=400, deadline=None)
@given(price=MONEY, drawn=DRAWN, cuts=CUTS, events=EVENTS)
def test_every_equation_holds_at_every_moment(price, drawn, cuts, events):
    life = Life(price, drawn, cuts)
    assert sum((p.amounts.paid for p in life.parts), Rupiah(0)) == life.paid
    assert sum((p.funding for p in life.parts), rules.NO_DISCOUNT) == life.funding
    for event, asked in events:
        life.each(event, asked)
        life.check()


@settings(max_examples=200, deadline=None)
@given(
    price=MONEY,
    drawn=DRAWN,
    cuts=CUTS,
    runs=st.lists(st.integers(1, 4), min_size=1, max_size=20),
)
def test_any_run_of_partials_ends_at_the_whole_and_back_at_nothing(price, drawn, cuts, runs):
    life = Life(price, drawn, cuts)
    for event in ("hand over", "refund"):
        for asked in runs + [99]:
            life.each(event, asked)
        life.check()
        if event == "hand over":
            whole = rules.total(p.amounts for p in life.parts)
            assert life.books[GROUP] == whole.earning
            assert life.books["commission"] == whole.commission
    assert all(amount == 0 for amount in life.books.values())
