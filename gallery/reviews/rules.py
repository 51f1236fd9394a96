"""What may be said of a thing, by whom, and how it adds up. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gallery.core.errors import Conflict, NotAllowed, Refusal
from gallery.core.text import N_

MOST_STARS: Final = 5
LONGEST: Final = 1000
LONGEST_NAME: Final = 30
STARS: Final = {
    5: N_("5 dari 5, sangat puas"),
    4: N_("4 dari 5, puas"),
    3: N_("3 dari 5, cukup"),
    2: N_("2 dari 5, kurang"),
    1: N_("1 dari 5, kecewa"),
}
WRITTEN, PUBLISHED, DECLINED = "written", "published", "declined"

#   written ──publish──> published <──publish / decline──> declined
#      └────────────────decline────────────────────────────────^
STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "publish": {WRITTEN: PUBLISHED, DECLINED: PUBLISHED},
    "decline": {WRITTEN: DECLINED, PUBLISHED: DECLINED},
}
_TITLES = (
    "bapak",
    "bpk",
    "pak",
    "ibu",
    "bu",
    "sdr",
    "sdri",
    "mas",
    "mbak",
    "h",
    "hj",
    "haji",
    "hajah",
    "mr",
    "mrs",
    "ms",
)


class NotBought(Refusal):
    """A review is for who has the thing: the order is completed, and not all of the line came back."""

    def __init__(self) -> None:
        super().__init__(N_("Ulasan bisa ditulis setelah barangnya Anda terima."))


class AlreadyJudged(Conflict):
    """What a curator has judged stays as it is."""

    def __init__(self) -> None:
        super().__init__(N_("Ulasan ini sudah diperiksa galeri, jadi tidak bisa diubah lagi."))


class OwnGoods(NotAllowed):
    """A group does not praise its own goods."""

    def __init__(self) -> None:
        super().__init__(N_("Ini barang kelompok Anda sendiri, jadi ulasannya tidak bisa kami terima."))


class AnsweredAlready(Conflict):
    """A group answers once."""

    def __init__(self) -> None:
        super().__init__(N_("Ulasan ini sudah dijawab. Kelompok menjawab satu kali saja."))


class NotShown(Conflict):
    """Only what the shop shows is answered."""

    def __init__(self) -> None:
        super().__init__(N_("Ulasan ini tidak tampil di toko, jadi belum bisa dijawab."))


def step(verb: str, state: str) -> str:
    """The state after a curator's verb. Raises Conflict when it stands there already."""
    after = STEPS[verb].get(state)
    if after is None:
        raise Conflict
    return after


def stars(given: str | int | None) -> int:
    """A number of stars. Raises Refusal (field `stars`)."""
    text = str(given or "")
    if text not in "12345" or len(text) != 1:
        raise Refusal(N_("Pilih dari 1 sampai 5."), field="stars")
    return int(text)


def words(given: str, field: str = "words", *, needed: bool = False) -> str:
    """What was written, without spaces at its ends. Raises Refusal."""
    text = given.replace("\r\n", "\n").strip()
    if needed and not text:
        raise Refusal(N_("Tulis jawabannya dulu."), field=field)
    if len(text) > LONGEST:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field=field, most=LONGEST)
    return text


def first_name(whole: str) -> str:
    """Of a person's name what a stranger may see: the first word that is no title; '' when there is none."""
    for word in whole.replace(".", " ").split():
        if word.casefold() not in _TITLES and any(letter.isalpha() for letter in word):
            return word[:LONGEST_NAME]
    return ""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many reviews there are of each number of stars, 1 to 5."""

    counts: tuple[int, int, int, int, int]

    @classmethod
    def of(cls, counts: Sequence[int]) -> "Sum":
        return cls((int(counts[0]), int(counts[1]), int(counts[2]), int(counts[3]), int(counts[4])))

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def tenths(self) -> int:
        """The average in tenths of a star, half up; 0 without reviews."""
        whole = sum(star * many for star, many in enumerate(self.counts, 1))
        return (whole * 20 + self.n) // (2 * self.n) if self.n else 0

    def average(self, lang: str) -> str:
        """`4,8` or `4.8`."""
        whole, tenth = divmod(self.tenths, 10)
        return f"{whole}{'.' if lang == 'en' else ','}{tenth}"

    def rows(self) -> list[tuple[int, int]]:
        """(stars, how many) from five down."""
        return [(star, self.counts[star - 1]) for star in range(MOST_STARS, 0, -1)]
