"""Photos: what is taken in, what is refused, what is left of it, and how it is served."""

import http.client
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image, ImageCms

from gallery.core import darkroom, media
from gallery.core.errors import Refusal
from gallery.core.models import Media
from gallery.core.transaction import transaction

JAKARTA_ROOF = {1: "S", 2: (7.0, 11.0, 17.0), 3: "E", 4: (113.0, 14.0, 51.0)}


def picture(width: int = 600, height: int = 800, color: Any = (180, 20, 30)) -> Image.Image:
    """Plain, with its upper left quarter blue, so that it can be seen which way it stands."""
    made = Image.new("RGB", (width, height), color)
    made.paste((20, 40, 200), (0, 0, width // 2, height // 2))
    return made


def saved(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Telepon Ketua"
    tags[0x8825] = JAKARTA_ROOF
    return tags.tobytes()


def shown(developed: media.Developed, name: str = "large.jpg") -> Image.Image:
    return Image.open(io.BytesIO(developed.files[name]))


def blue(image: Image.Image) -> str:
    """In which quarter the blue is."""
    image = image.convert("RGB")
    w, h = image.size
    for name, place in {"upper left": (0.2, 0.2), "upper right": (0.8, 0.2), "lower left": (0.2, 0.8)}.items():
        r, _g, b = image.getpixel((int(w * place[0]), int(h * place[1])))
        if b > r:
            return name
    return "elsewhere"


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has hardly anything in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        media.develop(data)
    assert refusal.value.field == "photos"
    return refusal.value.sentence


def test_it_works():
    developed = media.develop(saved(picture(2000, 2500)))
    assert sorted(developed.files) == sorted(f"{s}.{e}" for s in media.SIZES for e in media.TYPES)
    assert developed.sizes == {"large": [1600, 2000], "medium": [800, 1000], "small": [400, 500]}
    for name in developed.files:
        size, ext = name.split(".")
        image = shown(developed, name)
        assert image.format == {"jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}[ext]
        assert list(image.size) == developed.sizes[size]
        assert blue(image) == "upper left"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_formats_of_phones_are_taken(format):
    if format == "HEIF":
        out = io.BytesIO()
        pillow_heif.from_pillow(picture()).save(out, quality=80)
        data = out.getvalue()
    else:
        data = saved(picture(), format)
    developed = media.develop(data)
    assert developed.sizes["large"] == [600, 800]
    assert blue(shown(developed)) == "upper left"


def test_small_ones_are_not_blown_up():
    assert media.develop(saved(picture(300, 200))).sizes == {s: [300, 200] for s in media.SIZES}


def test_very_high_ones_are_held_within_twice_their_width():
    assert media.develop(saved(picture(600, 4800))).sizes["small"] == [100, 800]


@pytest.mark.parametrize(
    ("orientation", "where", "size"),
    [
        (1, "upper left", [600, 800]),
        (3, "elsewhere", [600, 800]),
        (6, "upper right", [800, 600]),
        (8, "lower left", [800, 600]),
    ],
)
def test_photos_are_turned_upright(orientation, where, size):
    developed = media.develop(saved(picture(), exif=exif(orientation)))
    assert developed.sizes["large"] == size
    assert blue(shown(developed)) == where


def test_heic_is_turned_upright_once():
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(picture())
    heif.save(out, quality=80, exif=exif(6))
    assert media.develop(out.getvalue()).sizes["large"] in ([800, 600], [600, 800])


def test_nothing_is_left_of_what_a_camera_writes():
    data = saved(picture(), exif=exif(), comment=b"rumah ketua", icc_profile=ImageCms.ImageCmsProfile(
        ImageCms.createProfile("sRGB")).tobytes())  # fmt: skip
    assert b"Telepon Ketua" in data
    for name, file in media.develop(data).files.items():
        image = Image.open(io.BytesIO(file))
        assert not dict(image.getexif()), name
        assert "icc_profile" not in image.info
        for word in (b"Telepon", b"rumah ketua", b"GPS", b"Exif", b"ICC_PROFILE"):
            assert word not in file, name


def test_what_is_seen_through_becomes_white():
    glass = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    assert shown(media.develop(saved(glass, "PNG"))).getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "I;16"])
def test_other_kinds_of_pixels(mode):
    if mode == "I;16":
        odd = Image.new("I;16", (100, 100), 40_000)
    else:
        odd = picture(100, 100).convert(mode)
    developed = media.develop(saved(odd, "JPEG" if mode == "CMYK" else "PNG"))
    assert shown(developed).mode == "RGB"


def test_the_first_of_moving_pictures_is_taken():
    frames = [picture(), picture(color=(0, 200, 0))]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    assert blue(shown(media.develop(data))) == "upper left"


def test_the_same_picture_has_the_same_name_whatever_was_written_beside_it():
    one, other = saved(picture(), "PNG"), saved(picture(), "PNG", compress_level=1)
    assert one != other
    assert media.develop(one).sha == media.develop(other).sha
    assert media.develop(saved(picture(color=(0, 0, 0)), "PNG")).sha != media.develop(one).sha


# ---------------------------------------------------------------- refusals


def test_wrong_kinds_are_refused():
    kind = media.WRONG["kind"]
    assert refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == kind
    assert refused(b"%PDF-1.7 bukan foto") == kind
    assert refused(saved(picture(), "GIF")) == kind
    assert refused(saved(picture(), "TIFF")) == kind
    assert refused(b"\0" * 5000) == kind
    assert refused(b"") == media.WRONG["empty"]


def test_a_truncated_photo_is_refused():
    data = saved(picture(1500, 1500), quality=95)
    assert refused(data[: len(data) // 2]) == media.WRONG["broken"]
    assert refused(saved(picture(), "PNG")[:200]) in (media.WRONG["broken"], media.WRONG["kind"])


def test_a_bomb_is_refused_before_it_is_opened():
    assert refused(png_of(60_000, 60_000)) == media.WRONG["pixels"]
    assert refused(png_of(8001, 8000)) == media.WRONG["pixels"]


def test_a_header_that_promises_more_than_there_is():
    assert refused(png_of(4000, 4000)) == media.WRONG["broken"]


def test_too_many_bytes_are_refused():
    assert refused(b"\xff\xd8" + b"\0" * media.MOST_BYTES) == media.WRONG["bytes"]


def test_what_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(media, "MOST_WAIT", 0.01)
    assert refused(saved(picture())) == media.WRONG["slow"]


def test_the_darkroom_is_ended_when_it_takes_too_much_memory(monkeypatch, tmp_path):
    greedy = tmp_path / "darkroom.py"
    source = Path(darkroom.__file__).read_text()
    greedy.write_text(source.replace("MOST_MEMORY = 1536 * 1024 * 1024", "MOST_MEMORY = 300 * 1024 * 1024"))
    monkeypatch.setattr(darkroom, "__file__", str(greedy))
    assert refused(saved(picture(7900, 8000), "PNG", compress_level=1)) in media.WRONG.values()


# ---------------------------------------------------------------- stored and served


def test_files_first_then_the_row_and_each_once(db_app, now):
    from_phone = saved(picture(), exif=exif(6))
    sha = media.take(io.BytesIO(from_phone), at=now)
    assert media.take(io.BytesIO(from_phone), at=now) == sha
    assert media.known([sha, "0" * 64, sha]) == [sha]
    assert len(list(media.names())) == 9
    developed = media.develop(from_phone)
    with transaction() as session, pytest.raises(RuntimeError):
        media.store(developed)
    with transaction() as session:
        media.record(developed, at=now)
    assert session.query(Media).count() == 1


def test_it_is_served_for_ever(app, client, now):
    sha = media.take(io.BytesIO(saved(picture())), at=now)
    for ext, mime in media.TYPES.items():
        answer = client.get(f"/media/{sha}/small.{ext}")
        assert answer.status_code == 200
        assert answer.mimetype == mime
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/{sha}/small.{ext}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/media/{sha}/huge.jpg",
        "/media/{sha}/small.png",
        "/media/{other}/small.jpg",
        "/media/{odd}/small.jpg",
        "/media/..%2F..%2Fetc/small.jpg",
        "/media/abc/small.jpg",
    ],
)
def test_anything_else_is_not_there(app, client, now, path):
    sha = media.take(io.BytesIO(saved(picture(50, 50))), at=now)
    assert client.get(path.format(sha=sha, other="0" * 64, odd="." * 64)).status_code == 404


def test_s3_keeps_them_as_well(monkeypatch):
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ACCESS_KEY_ID": "foto",
            "AWS_SECRET_ACCESS_KEY": "foto",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT": f"http://{host}:{port}",
        }.items():
            monkeypatch.setenv(name, value)
        make_bucket(host, port)
        monkeypatch.setattr(media, "_shelf", lambda: media.shelf("s3://foto/galeri"))
        with pytest.raises(FileNotFoundError):
            media.read("aa/tidak-ada/small.jpg")
        media.write("aa/ada/small.jpg", b"isi")
        assert media.read("aa/ada/small.jpg") == b"isi"
        assert list(media.names()) == ["aa/ada/small.jpg"]
    finally:
        server.stop()


def make_bucket(host: str, port: int) -> None:
    """Moto answers S3's own way of making a bucket."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("PUT", "/foto")
    assert connection.getresponse().status == 200
    connection.close()
