"""What the demo's groups, goods and people are called: roles or one first name, never a real person's."""

from dataclasses import dataclass

PASSWORD = "sampang-demo"
"""Of everybody in the demo."""


@dataclass(frozen=True)
class Item:
    """A kind of thing: its names, lowest and highest price in rupiah, weight in grams, days to make (0: not made)."""

    name: str
    name_en: str
    low: int
    high: int
    weight_g: int
    days: int = 0
    sizes: tuple[tuple[str, str, int], ...] = ()
    """Variants: Indonesian and English name, and what each adds to the price."""
    art: str = ""
    """Drawn otherwise than the rest of its craft."""


@dataclass(frozen=True)
class Craft:
    """What one kind of group makes, and which training package taught it."""

    art: str
    category: str
    category_en: str
    word: str
    package: int
    groups: int
    seeds: int
    """How many pictures are drawn of its own; 0: it shows another craft's."""
    items: tuple[Item, ...]
    marks: tuple[tuple[str, str], ...]
    story: str
    story_en: str
    keeps_days: int | None = None
    """Food and jamu: days until they expire."""


LENGTHS = (("2 m", "2 m", 0), ("2,5 m", "2.5 m", 80_000))
BAGS = (("Kecil", "Small", 0), ("Besar", "Large", 35_000))
PACKS = (("250 g", "250 g", 0), ("500 g", "500 g", 18_000))

CRAFTS = (
    Craft(
        "batik",
        "Batik",
        "Batik",
        "Batik",
        1,
        9,
        10,
        (
            Item("Kain batik tulis", "Hand-drawn batik cloth", 380_000, 1_250_000, 420, 10, LENGTHS),
            Item("Selendang batik", "Batik shawl", 210_000, 340_000, 160, 8),
            Item("Sarung batik", "Batik sarong", 260_000, 480_000, 380),
            Item("Saputangan batik", "Batik handkerchief", 35_000, 60_000, 40),
            Item("Kemeja batik", "Batik shirt", 240_000, 420_000, 260, 9),
            Item("Taplak meja batik", "Batik tablecloth", 150_000, 320_000, 450),
            Item("Udeng batik", "Batik headcloth", 65_000, 120_000, 90),
            Item("Tas kain batik", "Batik cloth bag", 85_000, 160_000, 210),
        ),
        (
            ("Kembang Jeruk", "Kembang Jeruk"),
            ("Kembang Gheddung", "Kembang Gheddung"),
            ("Sekar Jagat", "Sekar Jagat"),
            ("Manuk Laut", "Manuk Laut"),
            ("Sulur Nila", "Indigo Vine"),
            ("Sisik", "Fish Scales"),
            ("Ramo Mengkudu", "Madder Ramo"),
            ("Beras Tumpah", "Spilled Rice"),
            ("Tumpal", "Tumpal"),
            ("Ombak", "Waves"),
        ),
        "Motif {mark} digambar tangan dengan canting, titik demi titik. Warnanya dicelup tiga kali, lalu dijemur"
        " di halaman rumah di {place}.",
        "The {mark} motif is drawn by hand with a canting, dot by dot. Its colours are dyed three times and dried in"
        " the yard of a house in {place}.",
    ),
    Craft(
        "anyaman",
        "Anyaman",
        "Woven goods",
        "Anyaman",
        2,
        5,
        5,
        (
            Item("Tikar pandan", "Pandan mat", 65_000, 180_000, 900, 7),
            Item("Tas anyaman", "Woven bag", 75_000, 210_000, 320, 6, BAGS),
            Item("Keranjang bambu", "Bamboo basket", 45_000, 120_000, 600),
            Item("Tampah hias", "Painted winnowing tray", 55_000, 95_000, 500),
            Item("Topi daun lontar", "Palm leaf hat", 35_000, 70_000, 150),
            Item("Tempat tisu lontar", "Palm leaf tissue box", 38_000, 65_000, 180),
        ),
        (
            ("Pandan", "Pandan"),
            ("Lontar", "Palm"),
            ("Sasak", "Sasak"),
            ("Belah Ketupat", "Diamond"),
            ("Zigzag", "Zigzag"),
            ("Polos", "Plain"),
        ),
        "Daunnya dipetik, direbus, dijemur, dan dibelah di {place}. Anyaman {mark} ini selesai dalam beberapa hari oleh"
        " dua tangan.",
        "The leaves are picked, boiled, dried and split in {place}. This {mark} weave takes two hands several days.",
    ),
    Craft(
        "kerupuk",
        "Kerupuk dan camilan",
        "Crackers and snacks",
        "Camilan",
        3,
        5,
        5,
        (
            Item("Kerupuk ikan", "Fish crackers", 15_000, 28_000, 260, 0, PACKS),
            Item("Rengginang", "Rice crackers", 16_000, 26_000, 300),
            Item("Keripik singkong", "Cassava crisps", 12_000, 20_000, 220),
            Item("Kerupuk udang", "Prawn crackers", 18_000, 35_000, 260),
            Item("Kacang otok goreng", "Fried black-eyed beans", 14_000, 24_000, 250),
            Item("Petola", "Petola biscuits", 17_000, 27_000, 240),
        ),
        (
            ("Asli", "Plain"),
            ("Pedas", "Hot"),
            ("Daun Jeruk", "Lime Leaf"),
            ("Bawang", "Garlic"),
            ("Manis", "Sweet"),
        ),
        "Dibuat tiap pagi di dapur bersama di {place}, dijemur di tampah, digoreng sekali saja. Rasa {mark}.",
        "Made every morning in a shared kitchen in {place}, sun-dried on trays and fried only once. Flavour: {mark}.",
        300,
    ),
    Craft(
        "terasi-petis",
        "Terasi, petis, dan sambal",
        "Shrimp paste, petis and sambal",
        "Hasil Laut",
        4,
        4,
        5,
        (
            Item("Terasi udang", "Shrimp paste", 14_000, 38_000, 200, 0, PACKS),
            Item("Petis ikan", "Fish petis", 18_000, 32_000, 280),
            Item("Petis udang", "Prawn petis", 20_000, 36_000, 280),
            Item("Sambal Mandangin", "Mandangin sambal", 22_000, 35_000, 220),
            Item("Ikan asin teri", "Salted anchovies", 25_000, 48_000, 250),
        ),
        (
            ("Pesisir", "Coast"),
            ("Selat", "Strait"),
            ("Karang", "Reef"),
            ("Pasang", "High Tide"),
            ("Bagan", "Bagan"),
        ),
        "Dari udang rebon dan ikan yang mendarat pagi itu juga di pesisir dekat {place}. Garamnya garam Madura.",
        "From tiny shrimp and fish landed the same morning on the coast near {place}. The salt is Madura's own.",
        330,
    ),
    Craft(
        "garam",
        "Garam",
        "Salt",
        "Garam",
        5,
        6,
        5,
        (
            Item("Garam kristal", "Crystal salt", 12_000, 24_000, 500, 0, PACKS),
            Item("Garam bambu", "Bamboo salt", 28_000, 55_000, 250),
            Item("Bunga garam", "Flower of salt", 30_000, 65_000, 200),
            Item("Garam rempah", "Spiced salt", 24_000, 42_000, 200),
            Item("Garam mandi", "Bath salt", 26_000, 48_000, 350),
        ),
        (
            ("Petak Timur", "Eastern Pond"),
            ("Petak Barat", "Western Pond"),
            ("Kemarau", "Dry Season"),
            ("Tambak Tua", "Old Pond"),
            ("Pagi", "Morning"),
        ),
        "Air laut dialirkan dari petak ke petak di {place}, lalu matahari yang bekerja. Dipanen dengan kayu, tanpa"
        " bahan lain.",
        "Sea water runs from pond to pond in {place}, and the sun does the work. Raked with wood, washed with nothing.",
    ),
    Craft(
        "genteng",
        "Genteng dan gerabah",
        "Roof tiles and pottery",
        "Gerabah",
        6,
        6,
        5,
        (
            Item("Genteng hias", "Painted roof tile", 25_000, 60_000, 1800),
            Item("Cobek tanah liat", "Clay mortar", 22_000, 45_000, 1500),
            Item("Kendi", "Water jug", 35_000, 75_000, 1300, 12),
            Item("Pot bunga", "Flower pot", 28_000, 85_000, 1600, 10, BAGS),
            Item("Celengan", "Money box", 20_000, 40_000, 700),
            Item("Anglo kecil", "Small brazier", 38_000, 70_000, 2200),
        ),
        (
            ("Karang", "Karang"),
            ("Bakar Merah", "Red Fired"),
            ("Bakar Hitam", "Black Fired"),
            ("Bunga", "Flower"),
            ("Polos", "Plain"),
            ("Gores", "Scratched"),
        ),
        "Tanah liat dari {place} diinjak, dibentuk, dijemur seminggu, dan dibakar semalam dengan sekam. Seri {mark}.",
        "Clay from {place} is trodden, shaped, dried for a week and fired for a night with rice husks. Series {mark}.",
    ),
    Craft(
        "jamu",
        "Jamu dan minyak",
        "Herbal drinks and oils",
        "Jamu",
        7,
        6,
        5,
        (
            Item("Kunyit asam", "Turmeric and tamarind", 15_000, 28_000, 350),
            Item("Beras kencur", "Rice and galangal", 15_000, 28_000, 350),
            Item("Ramuan Madura serbuk", "Madura herb powder", 28_000, 65_000, 150),
            Item("Minyak urut", "Massage oil", 24_000, 45_000, 140),
            Item("Wedang jahe", "Ginger drink", 20_000, 34_000, 200),
        ),
        (
            ("Sehat", "Health"),
            ("Segar", "Fresh"),
            ("Hangat", "Warm"),
            ("Warisan", "Heritage"),
            ("Pagi", "Morning"),
        ),
        "Resep ibu dan nenek di {place}: akar dicuci, diparut, diperas, direbus dengan api kecil. Tanpa pengawet.",
        "A recipe of mothers and grandmothers in {place}: roots washed, grated, pressed and boiled on a small fire.",
        270,
    ),
    Craft(
        "batik",
        "Jahit dan bordir",
        "Sewing and embroidery",
        "Bordir",
        8,
        6,
        0,
        (
            Item("Mukena bordir", "Embroidered prayer dress", 180_000, 340_000, 480, 8),
            Item("Kerudung bordir", "Embroidered headscarf", 65_000, 140_000, 120),
            Item("Kebaya bordir", "Embroidered kebaya", 260_000, 460_000, 350, 12),
            Item("Dompet bordir", "Embroidered purse", 35_000, 70_000, 90),
            Item("Sarung bantal bordir", "Embroidered pillowcase", 55_000, 95_000, 200),
        ),
        (
            ("Melati", "Jasmine"),
            ("Kenanga", "Ylang-ylang"),
            ("Pucuk Rebung", "Bamboo Shoot"),
            ("Kupu", "Butterfly"),
            ("Sulur", "Vine"),
        ),
        "Bordir {mark} dijahit dengan mesin kaki di {place}, pinggirnya dirapikan tangan.",
        "The {mark} embroidery is sewn on treadle machines in {place}, its edges finished by hand.",
    ),
    Craft(
        "ukir",
        "Ukiran dan topeng",
        "Carvings and masks",
        "Ukir",
        9,
        6,
        5,
        (
            Item("Panel ukir", "Carved panel", 280_000, 900_000, 3200, 21),
            Item("Kotak kayu ukir", "Carved wooden box", 120_000, 340_000, 900, 14),
            Item("Patung sapi kerapan", "Racing bull figure", 150_000, 420_000, 1100, 14),
            Item("Topeng kayu", "Wooden mask", 160_000, 380_000, 600, 14, art="topeng"),
            Item("Gantungan kunci ukir", "Carved key ring", 15_000, 30_000, 40),
            Item("Bingkai ukir", "Carved frame", 85_000, 190_000, 800),
        ),
        (
            ("Sulur", "Vine"),
            ("Kerapan", "Bull Race"),
            ("Naga", "Dragon"),
            ("Bunga Mekar", "Open Flower"),
            ("Klana", "Klana"),
            ("Panji", "Panji"),
        ),
        "Dipahat dari kayu sisa bangunan di {place}, dihaluskan dengan daun ampelas. Motif {mark}.",
        "Carved in {place} from wood left over from houses, smoothed with sandpaper leaves. Motif: {mark}.",
    ),
)

FLOWERS = (
    "Melati",
    "Kenanga",
    "Cempaka",
    "Mawar",
    "Anggrek",
    "Kamboja",
    "Teratai",
    "Dahlia",
    "Seruni",
    "Sejahtera",
)

FIRST_NAMES = (
    "Sari",
    "Hasan",
    "Siti",
    "Rahmat",
    "Nur",
    "Yusuf",
    "Aminah",
    "Fauzi",
    "Dewi",
    "Karim",
    "Rukmini",
    "Taufik",
    "Halimah",
    "Bambang",
    "Juhariyah",
    "Slamet",
    "Mariam",
    "Wahid",
    "Lilik",
    "Anwar",
    "Suhartini",
    "Imam",
    "Ratna",
    "Jufri",
    "Endang",
    "Zainal",
    "Murni",
    "Hadi",
    "Fitri",
    "Mahmud",
    "Ani",
    "Subhan",
    "Yanti",
    "Rofiq",
    "Kartini",
    "Ilham",
    "Wati",
    "Nasir",
    "Umi",
    "Arif",
)

STAFF = (
    # name, roles, phone's last four
    ("Manajer Galeri", ("manager",), "0001"),
    ("Kasir Pagi", ("cashier",), "0002"),
    ("Kasir Sore", ("cashier",), "0003"),
    ("Penjaga Gudang", ("storekeeper",), "0004"),
    ("Kurator", ("curator",), "0005"),
    ("Keuangan Satu", ("finance",), "0006"),
    ("Keuangan Dua", ("finance",), "0007"),
    ("Petugas Dinas", ("office",), "0008"),
)

REASONS = (
    "Foto pertama gelap. Tolong foto lagi di tempat terang.",
    "Ukurannya belum ditulis.",
    "Ceritanya bagus, tetapi sebutkan juga bahannya.",
    "Foto barangnya utuh, jangan terpotong.",
    "Namanya terlalu umum. Tambahkan motifnya.",
)

STREETS = ("Jalan Melati", "Jalan Pahlawan", "Jalan Diponegoro", "Jalan Kenari", "Jalan Imam Bonjol")
