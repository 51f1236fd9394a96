"""What a shopper is told of an order at each step, in the order's language: a mail, or the same as a WhatsApp text.

A WhatsApp text has at most five lines and one link. Who asks for a message is in `sales.emails`; that it is sent once,
in `service.messages`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask import get_template_attribute, render_template

from gallery.checkout.rules import AT_PICKUP, TRANSFER
from gallery.core import areas, formats, settings
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.rupiah import Rupiah
from gallery.core.text import N_, _, speaking
from gallery.core.web import public_url
from gallery.fulfilment.models import Parcel, ReturnRequest
from gallery.fulfilment.queries import parcels
from gallery.payments.rules import BankAccount, read_accounts
from gallery.production import queries as production
from gallery.production.rules import DECLINED, cancellation
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import Order, OrderContact, OrderMessage
from gallery.trade import queries as trade
from gallery.trade import service as trade_service
from gallery.trade.models import Handover, ReturnCase


@dataclass(frozen=True, slots=True)
class Words:
    """A message: the mail's subject, heading and sentences, and the text for WhatsApp (its link is put below)."""

    subject: str
    title: str
    says: tuple[str, ...]
    text: str
    button: str = N_("Lihat pesanan")
    lists: bool = False
    """Whether the goods are listed."""
    transfer: bool = False
    """Whether the sum and the accounts to transfer to are shown."""
    code: bool = False
    """Whether the code to pick it up with is shown large."""


PLACED = {
    TRANSFER: Words(
        N_("Transfer %(due)s untuk pesanan %(number)s"),
        N_("Transfer tepat %(due)s"),
        (
            N_(
                "%(name)s, pesanan %(number)s kami simpan sampai %(until)s. Tiga angka terakhir menandai pesanan Anda, "
                "jadi transfer jumlahnya tepat."
            ),
        ),
        N_("Transfer tepat %(due)s untuk %(number)s sebelum %(until)s.\nRekening dan kirim bukti:"),
        button=N_("Rekening dan kirim bukti"),
        lists=True,
        transfer=True,
    ),
    AT_PICKUP: Words(
        N_("Pesanan %(number)s kami simpan"),
        N_("Pesanan kami simpan untuk Anda"),
        (
            N_("%(name)s, pesanan %(number)s kami simpan sampai %(until)s. Bayar %(due)s waktu mengambil di galeri."),
            N_("Tunjukkan kode %(code)s. Kami kabari begitu siap."),
        ),
        N_("%(number)s kami simpan sampai %(until)s. Bayar %(due)s waktu mengambil.\nKode ambil: %(code)s\nLihat:"),
        lists=True,
        code=True,
    ),
    "": Words(
        N_("Pesanan %(number)s menunggu pembayaran"),
        N_("Pesanan menunggu pembayaran"),
        (N_("%(name)s, pesanan %(number)s sebesar %(due)s belum dibayar. Barangnya kami tahan sampai %(until)s."),),
        N_("Pesanan %(number)s menunggu pembayaran %(due)s sampai %(until)s.\nBayar:"),
        button=N_("Bayar sekarang"),
        lists=True,
    ),
}
"""What is told of a placed order, by how it is paid."""

MESSAGES: dict[str, Words] = {
    "reminder": Words(
        N_("Pengingat: transfer %(due)s untuk pesanan %(number)s"),
        N_("Waktu transfer hampir habis"),
        (N_("%(name)s, pesanan %(number)s kami simpan sampai %(until)s. Kalau sudah transfer, kirim buktinya."),),
        N_("Pengingat: transfer tepat %(due)s untuk %(number)s sebelum %(until)s.\nRekening dan kirim bukti:"),
        button=N_("Rekening dan kirim bukti"),
        transfer=True,
    ),
    "short": Words(
        N_("Transfer untuk pesanan %(number)s kurang %(due)s"),
        N_("Transfer kurang %(due)s"),
        (N_("%(name)s, uang untuk pesanan %(number)s sudah masuk, tetapi masih kurang %(due)s. Batasnya %(until)s."),),
        N_("Transfer untuk %(number)s masuk, masih kurang %(due)s. Batasnya %(until)s.\nLihat:"),
        transfer=True,
    ),
    "deposit": Words(
        N_("Uang muka pesanan %(number)s sudah masuk"),
        N_("Uang muka diterima"),
        (
            N_(
                "Terima kasih, %(name)s. Uang muka %(came)s untuk %(number)s sudah masuk. Sisanya %(due)s dibayar "
                "sebelum barang diserahkan."
            ),
            N_("Kami kabari setiap langkahnya."),
        ),
        N_(
            "%(name)s, uang muka %(came)s untuk %(number)s sudah masuk. "
            "Sisanya %(due)s dibayar saat barang siap.\nLihat:"
        ),
        lists=True,
    ),
    "paid": Words(
        N_("Pesanan %(number)s sudah dibayar"),
        N_("Pembayaran diterima"),
        (
            N_("Terima kasih, %(name)s. %(sum)s untuk pesanan %(number)s sudah masuk, %(paid_on)s."),
            "next",
        ),
        N_("%(name)s, pembayaran %(sum)s untuk %(number)s sudah masuk.\n%(next)s\nLihat:"),
        lists=True,
    ),
    "late": Words(
        N_("Uang untuk pesanan %(number)s kami terima"),
        N_("Uang Anda sampai setelah waktunya habis"),
        (
            N_(
                "%(name)s, uang Anda untuk pesanan %(number)s sampai setelah barangnya kami lepas. Uangnya aman: "
                "barangnya kami siapkan lagi bila masih ada, atau uangnya kami kembalikan. Petugas mengabari Anda."
            ),
        ),
        N_("Uang untuk %(number)s sampai setelah waktunya habis. Uangnya aman, petugas mengabari Anda.\nLihat:"),
    ),
    "extra": Words(
        N_("Ada uang lebih untuk pesanan %(number)s"),
        N_("Ada uang Anda yang lebih"),
        (
            N_(
                "%(name)s, untuk pesanan %(number)s masuk uang lebih dari yang perlu dibayar. Uangnya aman: petugas "
                "menghubungi Anda untuk mengembalikannya."
            ),
        ),
        N_("Untuk %(number)s masuk uang lebih dari yang perlu. Uangnya aman, petugas menghubungi Anda.\nLihat:"),
    ),
    "expired": Words(
        N_("Waktu membayar pesanan %(number)s habis"),
        N_("Waktu membayar sudah habis"),
        (N_("%(name)s, pesanan %(number)s tidak jadi dan Anda tidak ditagih. Kalau masih ingin, silakan pesan lagi."),),
        N_("Waktu membayar %(number)s habis, Anda tidak ditagih. Kalau masih ingin, silakan pesan lagi:"),
    ),
    "ready": Words(
        N_("Pesanan %(number)s siap diambil"),
        N_("Pesanan Anda siap diambil"),
        (
            N_("%(name)s, pesanan %(number)s siap diambil di galeri. Tunjukkan kode %(code)s."),
            "to_pay",
            "place",
        ),
        N_("Pesanan %(number)s siap diambil di galeri, %(address)s. %(to_pay)s\nKode ambil: %(code)s\nLihat:"),
        code=True,
    ),
    "collect": Words(
        N_("Pesanan %(number)s kami simpan sampai %(until)s"),
        N_("Pesanan Anda masih menunggu diambil"),
        (
            N_(
                "%(name)s, pesanan %(number)s sudah siap dan kami simpan sampai %(until)s. Sesudah itu barangnya bisa "
                "dibeli orang lain."
            ),
            "to_pay",
            "place",
        ),
        N_("Pesanan %(number)s kami simpan sampai %(until)s. %(to_pay)s\nKode ambil: %(code)s\nLihat:"),
        code=True,
    ),
    "uncollected": Words(
        N_("Pesanan %(number)s tidak diambil"),
        N_("Pesanan dibatalkan karena tidak diambil"),
        (
            N_(
                "%(name)s, pesanan %(number)s tidak diambil sampai waktunya, jadi kami batalkan. Anda tidak ditagih. "
                "Kalau masih ingin, silakan pesan lagi atau datang ke galeri."
            ),
        ),
        N_(
            "%(number)s tidak diambil sampai waktunya, jadi kami batalkan. Anda tidak ditagih. "
            "Kalau masih ingin, silakan pesan lagi:"
        ),
    ),
    "shipped": Words(
        N_("Pesanan %(number)s sedang dikirim"),
        N_("Barang Anda sedang di jalan"),
        (N_("%(name)s, barang dari pesanan %(number)s sudah berangkat. Pengirim: %(carrier)s."),),
        N_("Barang %(number)s sudah berangkat. Pengirim: %(carrier)s.\nLihat:"),
    ),
    "completed": Words(
        N_("Pesanan %(number)s selesai"),
        N_("Semoga barangnya cocok"),
        (
            N_("%(name)s, pesanan %(number)s sudah selesai. Pembuatnya senang membaca pendapat Anda."),
            N_("Ada yang tidak sesuai? Ajukan pengembalian dari halaman pesanan, %(days)s hari setelah diterima."),
        ),
        N_("Pesanan %(number)s sudah selesai. Pembuatnya senang membaca pendapat Anda.\nTulis di sini:"),
        button=N_("Tulis pendapat"),
    ),
    "cancelled": Words(
        N_("Pesanan %(number)s dibatalkan"),
        N_("Pesanan dibatalkan"),
        (N_("%(name)s, pesanan %(number)s sudah dibatalkan. %(money)s"),),
        N_("Pesanan %(number)s sudah dibatalkan. %(money)s\nLihat:"),
    ),
    "declined": Words(
        N_("Pesanan %(number)s: %(what)s tidak bisa dibuat"),
        N_("%(what)s tidak bisa dibuat"),
        (N_("%(name)s, %(group)s tidak bisa membuat %(what)s: “%(reason)s”"), "undone"),
        N_("%(number)s: %(group)s tidak bisa membuat %(what)s: “%(reason)s”\n%(undone)s\nLihat:"),
    ),
    "refunded": Words(
        N_("Uang untuk pesanan %(number)s dikembalikan"),
        N_("Uang Anda dikembalikan"),
        (N_("%(name)s, %(back)s dari pesanan %(number)s kami kembalikan. Biasanya sampai dalam beberapa hari kerja."),),
        N_("%(back)s dari %(number)s kami kembalikan, biasanya sampai dalam beberapa hari kerja.\nLihat:"),
    ),
    "tracking": Words(
        N_("Nomor resi pesanan %(number)s"),
        N_("Nomor resi paket Anda"),
        (N_("%(name)s, paket dari pesanan %(number)s bisa dilacak. Pengirim: %(carrier)s."),),
        N_("Paket %(number)s bisa dilacak. Pengirim: %(carrier)s.\nLihat:"),
    ),
    "sent-again": Words(
        N_("Paket pesanan %(number)s kami kirim lagi"),
        N_("Paket Anda kami kirim lagi"),
        (
            N_(
                "%(name)s, paket dari pesanan %(number)s yang kembali kepada kami sudah berangkat lagi. "
                "Pengirim: %(carrier)s."
            ),
        ),
        N_("Paket %(number)s kami kirim lagi. Pengirim: %(carrier)s.\nLihat:"),
    ),
    "return-asked": Words(
        N_("Permintaan retur pesanan %(number)s kami terima"),
        N_("Permintaan retur kami terima"),
        (N_("%(name)s, kami baca dan jawab secepatnya. Simpan dulu barangnya."),),
        N_("Permintaan retur %(number)s sudah kami terima, kami kabari jawabannya.\nLihat:"),
    ),
    "return-accepted": Words(
        N_("Retur pesanan %(number)s disetujui"),
        N_("Retur disetujui"),
        (
            N_("%(name)s, silakan kembalikan barangnya. Uang kami kembalikan setelah barang kami periksa."),
            "answer",
        ),
        N_("Retur %(number)s kami setujui.\n%(answer)s\nLihat:"),
    ),
    "return-declined": Words(
        N_("Retur pesanan %(number)s tidak bisa kami terima"),
        N_("Retur tidak bisa kami terima"),
        (N_("%(name)s, maaf, kami tidak bisa menerima retur ini. Alasannya:"), "answer"),
        N_("Maaf, retur %(number)s tidak bisa kami terima.\n%(answer)s\nLihat:"),
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent; `key` names it, so that a second try is the same mail."""

    to: str
    subject: str
    html: str
    key: str


@dataclass(frozen=True, slots=True)
class _Facts:
    order: Order
    contact: OrderContact
    words: Words
    params: dict[str, Any] = field(default_factory=dict)

    def say(self, sentence: str) -> str:
        found = self.params.get(sentence)  # the name of a fact is the whole sentence
        return found if isinstance(found, str) else _(sentence, **self.params).strip()

    @property
    def url(self) -> str:
        return public_url("checkout_shop.order", self.order.lang, public_id=self.order.public_id)


def letter(message: OrderMessage) -> Letter | None:
    """The mail as it is sent; None when the shopper left no e-mail address (or is forgotten)."""
    order = db.session.get_one(Order, message.order_id)
    contact = db.session.get(OrderContact, order.id)
    if contact is None or not contact.email:
        return None
    with speaking("en" if order.lang == "en" else "id"):
        facts = _facts(message, order, contact)
        own = get_template_attribute("components/own_words.html", "own")
        marked = replace(facts, params=facts.params | _written(message, order, own))
        subject = facts.say(facts.words.subject)
        html = render_template(
            "emails/order.html",
            subject=subject,
            title=marked.say(facts.words.title),
            sentences=[said for one in facts.words.says if (said := marked.say(one))],
            button=_(facts.words.button),
            url=facts.url,
            order=order,
            lines=sales.lines_of(order.id) if facts.words.lists else [],
            accounts=accounts() if facts.words.transfer else [],
            due=facts.params["due"],
            came=facts.params["came"],
            code=facts.params["code"] if facts.words.code else "",
            address=address_line(contact) if facts.words.lists and order.delivery == "courier" else "",
            earning=earning(order.id) if message.message == "paid" else None,
        )
    return Letter(contact.email, subject, html, f"checkout.{message.message}.{order.public_id}.{message.id}")


def text(message: OrderMessage, order: Order, contact: OrderContact) -> str:
    """The text for WhatsApp, in the order's language."""
    with speaking("en" if order.lang == "en" else "id"):
        facts = _facts(message, order, contact)
        lines = [line.strip() for line in facts.say(facts.words.text).splitlines()]
        return "\n".join(line for line in lines if line) + " " + facts.url


def accounts() -> list[BankAccount]:
    """Where shoppers transfer to."""
    return read_accounts(settings.value(settings.TRANSFER_ACCOUNT))


def _facts(message: OrderMessage, order: Order, contact: OrderContact) -> _Facts:
    """Everything a sentence may name; in the language spoken now."""
    words = MESSAGES.get(message.message) or PLACED.get(order.pay_by, PLACED[""])
    due = trade_service.due(order).now
    carried = _carried(message)
    hours = settings.value(settings.HOURS_EN if order.lang == "en" else settings.HOURS).splitlines()
    address = settings.value(settings.ADDRESS)
    params: dict[str, Any] = {
        "name": contact.name,
        "number": order.number,
        "sum": formats.money(order.total),
        "due": formats.money(due),
        "until": formats.moment(order.hold_until) if order.hold_until else "",
        "paid_on": formats.moment(order.paid_at) if order.paid_at else "",
        "code": order.pickup_code or "",
        "address": address,
        "place": ". ".join([address, *hours]),
        "days": settings.value(settings.RETURN_DAYS),
        "came": formats.money(trade_service.held(order)) if message.message == "deposit" else "",
        "carrier": _carrier(carried),
        "next": _next(order),
        "to_pay": _to_pay(order, due, by_when=message.message != "collect"),
        "back": formats.money(_back(message)),
        "money": _money_back(order),
    }
    return _Facts(order, contact, words, params | _written(message, order))


def _next(order: Order) -> str:
    """What happens after the money: nothing for who pays what lies before them."""
    if order.delivery not in NEXT or order.pay_by == AT_PICKUP:
        return ""
    return _(NEXT[order.delivery], code=order.pickup_code or "")


def _carrier(carried: Handover | Parcel | None) -> str:
    """Who has a parcel, and its number when it has one; the gallery itself in the language spoken."""
    if carried is None or not carried.courier:
        return "–"
    name = parcels.carrier(carried.courier)
    if not carried.tracking:
        return name
    return _("%(courier)s, nomor resi %(tracking)s", courier=name, tracking=carried.tracking)


def _to_pay(order: Order, due: Rupiah, *, by_when: bool) -> str:
    """What is paid when it is fetched, and by when unless the letter has said so."""
    if not due:
        return ""
    if order.hold_until is None or not by_when:
        return _("Bayar %(due)s waktu mengambil.", due=formats.money(due))
    said = N_("Bayar %(due)s waktu mengambil, paling lambat %(until)s.")
    return _(said, due=formats.money(due), until=formats.moment(order.hold_until))


NEXT = {
    "courier": N_("Barangnya kami siapkan dan kirim. Nomor resinya muncul di halaman pesanan."),
    "pickup": N_("Barangnya kami siapkan. Waktu mengambil di galeri, tunjukkan kode %(code)s."),
}


def _carried(message: OrderMessage) -> Handover | Parcel | None:
    """What a message of a parcel speaks of: the handover it was, or the parcel as it stands now."""
    if message.message == "shipped" and message.ref.isdigit():
        return db.session.scalar(
            sa.select(Handover).where(Handover.order_id == message.order_id, Handover.n == int(message.ref))
        )
    if message.message in ("tracking", "sent-again"):
        return db.session.get(Parcel, int(message.ref.partition(":")[0]))
    return None


def _written(message: OrderMessage, order: Order, own: Callable[[str], str] = str) -> dict[str, str]:
    """Facts in somebody's own words; `own` marks them, for they stand in Indonesian in either language."""
    if message.message == "declined":
        return _declined(message, order, own)
    answer = _answer(message)
    return {"answer": own(answer) if answer else ""}


def _answer(message: OrderMessage) -> str:
    """What the gallery wrote to a return."""
    if message.message not in ("return-accepted", "return-declined"):
        return ""
    request = db.session.get(ReturnRequest, int(message.ref))
    return " ".join(request.answer.split()) if request else ""


def _declined(message: OrderMessage, order: Order, own: Callable[[str], str]) -> dict[str, str]:
    """What cannot be made, who says so and why, and what becomes of the order and its money: all in one message."""
    row = production.one(int(message.ref), business_date(message.asked_at))
    over = order.state == sales_rules.CANCELLED
    back = _back(message)
    if trade.cases_open(order.id):
        money = _("Petugas menghubungi Anda untuk mengembalikan uangnya.")
    elif back:
        money = _(_SENT_BACK, back=formats.money(back))
    else:
        money = _("Uangnya dipakai untuk barang lain di pesanan ini.") if row.paid and not over else ""
    undone = _("Pesanan ini kami batalkan.") if over else _("Barang lain di pesanan ini tidak berubah.")
    return {
        "what": row.name_en if order.lang == "en" and row.name_en != row.name else own(row.name),
        "group": own(row.group),
        "reason": own(row.reason),
        "undone": f"{undone} {money}".strip(),
    }


def _back(message: OrderMessage) -> Rupiah:
    """What the refund a message tells of gives back."""
    if message.message == "declined":
        name = ReturnCase.key == cancellation(int(message.ref), DECLINED)
    elif message.message == "refunded":
        last = message.ref.rpartition(":")[2]
        name = ReturnCase.id == int(last) if last.isdigit() else ReturnCase.key == message.ref
    else:
        return Rupiah(0)
    return Rupiah(
        db.session.scalar(sa.select(ReturnCase.money).where(ReturnCase.order_id == message.order_id, name)) or 0
    )


def _money_back(order: Order) -> str:
    """What becomes of what was paid: also of a deposit, which alone does not make an order a paid one."""
    if trade.cases_open(order.id):
        return _("Petugas menghubungi Anda untuk mengembalikan uangnya.")
    back = sum(case.money for case, _parts in trade.returns_of(order.id))
    if not back:
        return ""
    return _(_SENT_BACK, back=formats.money(back))


_SENT_BACK = N_("%(back)s kami kembalikan lewat jalan yang sama; biasanya sampai dalam beberapa hari kerja.")


def earning(order_id: int) -> Rupiah:
    """What of an order goes to the groups that made its goods."""
    return Rupiah(sum(part.earning for row in sales.parts_of(order_id).values() for part in row))


def address_line(contact: OrderContact) -> str:
    """Where the parcel goes, in one line; empty for a pick-up."""
    given = contact.address or {}
    parts = [given.get("street", ""), *areas.names(given.get("area", ""))]
    line = ", ".join(part for part in parts if part)
    return f"{line} {given['postcode']}" if line and given.get("postcode") else line
