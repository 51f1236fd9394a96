"""Runs a command of the shop in a process of its own, and says how long it took and how much memory it had."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Measured:
    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.megabytes:.0f} MB"


def deployment(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """The environment of a shop of its own in a folder."""
    return {
        **os.environ,
        "GALLERY_ENV": "development",
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'shop.db'}",
        "MEDIA_URL": f"file://{folder / 'media'}",
        "MAIL_URL": f"file://{folder / 'mail'}",
    }


def gallery(env: dict[str, str], *args: str) -> Measured:
    """Run `gallery ...` to its end. Raises AssertionError with its words when it fails."""
    begun = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; from gallery.cli import main; sys.exit(main())", *args],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    words = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, words.decode()[-3000:]
    # Kilobytes on Linux, bytes on macOS.
    return Measured(time.monotonic() - begun, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
