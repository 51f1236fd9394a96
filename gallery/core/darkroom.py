"""Where a stranger's picture is opened: a process of its own, so that what it costs can be limited from outside.

Run by core.media as `python -m gallery.core.darkroom FOLDER`, the picture on standard input. It imports nothing of the
gallery but this file, writes the re-encoded files into FOLDER, and answers with one line of JSON: what it made, or the
name of what was wrong. It never writes a byte of what it was given: no metadata, no place where a photo was taken.
"""

import hashlib
import io
import json
import resource
import shutil
import sys
import warnings
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

SIZES = {"small": 400, "medium": 800, "large": 1600}
"""Widths in pixels; a narrower picture is never blown up. A picture may be at most twice as high as its width."""
FORMATS = {
    "avif": ("AVIF", {"quality": 62, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
}
ACCEPTED = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS = 64_000_000
MOST_MEMORY = 1536 * 1024 * 1024
"""Address space in bytes. 64 million pixels take 256 MB, and twice that while they are turned."""
MOST_SECONDS = 20
"""Of a processor."""


class Wrong(Exception):
    """A picture that is not taken; its word says why (core.media has the sentences)."""


def limit() -> None:
    """Let the kernel end this process when it takes too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def opened(data: bytes) -> Image.Image:
    """The picture as it is meant to be seen: upright, sRGB, on white. Raises Wrong."""
    Image.MAX_IMAGE_PIXELS = None  # ours is the stricter one, and is asked before a pixel is decoded
    pillow_heif.register_heif_opener(thumbnails=False)
    try:
        picture = Image.open(io.BytesIO(data), formats=ACCEPTED)
    except UnidentifiedImageError:
        raise Wrong("kind") from None
    except Exception:
        raise Wrong("broken") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise Wrong("pixels")
    if picture.width < 1 or picture.height < 1:
        raise Wrong("broken")
    try:
        # A JPEG can be decoded at a half or a quarter: less memory and time, and never below what is kept.
        picture.draft("RGB", (2 * SIZES["large"], 2 * SIZES["large"]))
        picture.load()
        return flat(colours(ImageOps.exif_transpose(picture)))
    except Wrong:
        raise
    except MemoryError:
        raise Wrong("pixels") from None
    except Exception:
        raise Wrong("broken") from None


def colours(picture: Image.Image) -> Image.Image:
    """In sRGB: the profile is dropped with the rest, and the dye of a cloth must not shift."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except ImageCms.PyCMSError:
        return picture  # a profile nobody can read changes nothing
    return changed or picture


def flat(picture: Image.Image) -> Image.Image:
    """Without transparency and with 8 bits a colour."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        cut = picture.convert("RGBA")
        ground = Image.new("RGB", cut.size, "white")
        ground.paste(cut, mask=cut.getchannel("A"))
        return ground
    return picture.convert("RGB")


def develop(data: bytes, folder: Path) -> dict[str, object]:
    """Write `<size>.<ext>` for each size and format into the folder; returns the digest and the sizes made."""
    picture = opened(data)
    made: dict[str, list[int]] = {}
    digest = hashlib.sha256()
    for size, width in sorted(SIZES.items(), key=lambda pair: -pair[1]):
        # Each from the one before: smaller work, and the same for the eye.
        picture.thumbnail((width, 2 * width), Image.Resampling.LANCZOS)
        bare = Image.frombytes("RGB", picture.size, picture.tobytes())  # carries no info that an encoder would take
        if not made:
            digest.update(f"{bare.width}x{bare.height}:".encode() + bare.tobytes())
        same = next((other for other, wide in made.items() if wide == [bare.width, bare.height]), None)
        made[size] = [bare.width, bare.height]
        if same:  # a small original: every width above its own is the same picture
            for ext in FORMATS:
                shutil.copyfile(folder / f"{same}.{ext}", folder / f"{size}.{ext}")
            continue
        for ext, (format, options) in FORMATS.items():
            bare.save(folder / f"{size}.{ext}", format, **options)
    return {"sha": digest.hexdigest(), "sizes": made}


def main() -> None:
    limit()
    warnings.simplefilter("ignore")
    try:
        answer = develop(sys.stdin.buffer.read(), Path(sys.argv[1]))
    except Wrong as wrong:
        answer = {"wrong": str(wrong)}
    except MemoryError:
        answer = {"wrong": "pixels"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
