"""The few sentences of the practice payment page, in the language the session asks for.

Kept here and not among the shop's sentences: a payment page of Stripe's brings its own words too.
"""

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "id": {
        "practice": "Halaman latihan: uang mainan, tidak ada rupiah yang berpindah.",
        "title": "Pembayaran latihan",
        "pay_to": "Bayar kepada Gallery Souvenir",
        "total": "Jumlah",
        "how": "Apa yang terjadi di bank?",
        "email": "Surel untuk tanda terima (boleh kosong)",
        "pay": "Bayar %s",
        "decline": "Bank menolak",
        "later": "Bayar nanti lewat transfer",
        "later_hint": "Pesanan selesai dulu, uangnya dikabarkan kemudian.",
        "leave": "Kembali ke toko tanpa membayar",
        "declined": "Bank menolak pembayaran ini. Uang tidak terpotong. Coba lagi, atau kembali ke toko.",
        "complete": "Pembayaran ini sudah selesai.",
        "waiting": "Menunggu kabar bank untuk transfer ini.",
        "arrived": "Uangnya sampai",
        "failed": "Transfernya gagal",
        "expired": "Waktu membayar sudah habis. Kembali ke toko untuk memesan lagi.",
        "back": "Kembali ke toko",
        "until": "Halaman ini berlaku sampai %s WIB.",
        "unknown": "Halaman pembayaran ini tidak ada.",
    },
    "en": {
        "practice": "Practice page: play money, not a rupiah moves.",
        "title": "Practice payment",
        "pay_to": "Pay Gallery Souvenir",
        "total": "Amount",
        "how": "What does the bank do?",
        "email": "E-mail for the receipt (may stay empty)",
        "pay": "Pay %s",
        "decline": "The bank declines",
        "later": "Pay later by transfer",
        "later_hint": "The order is completed first; word of the money comes later.",
        "leave": "Back to the shop without paying",
        "declined": "The bank declined this payment. You were not charged. Try again, or go back to the shop.",
        "complete": "This payment is done.",
        "waiting": "Waiting for the bank's word on this transfer.",
        "arrived": "The money arrived",
        "failed": "The transfer failed",
        "expired": "The time to pay is over. Go back to the shop to order again.",
        "back": "Back to the shop",
        "until": "This page is open until %s WIB.",
        "unknown": "There is no such payment page.",
    },
}


def words(session: dict[str, Any] | None) -> tuple[str, dict[str, str]]:
    """The language of a session and its words; Indonesian unless it asks for English."""
    asked = (session or {}).get("locale") or "id"
    language = "en" if asked.startswith("en") else "id"
    return language, WORDS[language]
