"""The picture of a product for where its address is shared: photo, name, maker, on the house's blue. Pure."""

import io
import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDTH, HEIGHT, PHOTO = 1200, 630, 504
NILA, KUNYIT, GARAM = "#1D2B64", "#E6A71E", "#FFFFFF"
FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts" / "ttf"


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


def plain(words: str) -> str:
    """In the letters that the house's fonts have."""
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()


def lines(words: str, font: ImageFont.FreeTypeFont, wide: int, most: int) -> list[str]:
    """Words in lines of at most so many pixels; what does not fit ends in dots."""
    found: list[str] = []
    for word in words.split():
        if found and font.getlength(f"{found[-1]} {word}") <= wide:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found = found[:most]
        found[-1] += " ..."
    return found


def draw(photo: bytes, name: str, group: str) -> bytes:
    """1200 x 630 as JPEG; `photo` is one of ours, re-encoded already."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), NILA)
    with Image.open(io.BytesIO(photo)) as shot:
        picture.paste(ImageOps.fit(shot.convert("RGB"), (PHOTO, HEIGHT)), (0, 0))
    pen = ImageDraw.Draw(picture)
    left, wide = PHOTO + 56, WIDTH - PHOTO - 112
    pen.rectangle((left, 84, left + 96, 92), fill=KUNYIT)
    y = 124
    title = _font("Eczar-ExtraBold", 60)
    for line in lines(plain(name), title, wide, 4):
        pen.text((left, y), line, font=title, fill=GARAM)
        y += 70
    for line in lines(plain(group), _font("AnekLatin-Regular", 34), wide, 2):
        pen.text((left, y + 18), line, font=_font("AnekLatin-Regular", 34), fill=GARAM)
        y += 44
    pen.text((left, HEIGHT - 92), "Gallery Souvenir Sampang", font=_font("AnekLatin-Bold", 32), fill=KUNYIT)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()
