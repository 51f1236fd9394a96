#!/usr/bin/env python3
"""One entrance for everybody who works on the shop. Needs nothing but Python 3.11 to 3.13.

    python3 dev.py demo                 the shop with demo data and a stand-in for Stripe, on this machine only
    python3 dev.py test [pytest args]   all tests
    python3 dev.py check                style, types, import ranks, templates, translations, schema, migrations
    python3 dev.py bench                the benchmarks, with their figures
    python3 dev.py gallery ...          any command of the shop's own console script

Each makes `.venv` from the hashed lock if it is missing or out of date; the next start finds it ready.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "made-from.json"
INSTANCE = ROOT / "instance"
DATABASE = "gallery.db"
UNFINISHED = INSTANCE / "demo-unfinished"
OLDEST, NEWEST = (3, 11), (3, 13)


class Refused(Exception):
    """Something is missing on this machine; the sentence says what to do."""


# ---------------------------------------------------------------- the virtual environment


def made_from(lock: str) -> str:
    """What an environment of this lock depends on: the lock, this Python, this folder."""
    parts = [(ROOT / lock).read_bytes(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def prepare(development: bool) -> None:
    """Make `.venv` from the run-time lock, or from the development lock; nothing to do when it is already so."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        here = ".".join(str(n) for n in sys.version_info[:2])
        raise Refused(f"Python 3.11 to 3.13 is needed, this is {here}: start dev.py with another python3.")
    if VENV.is_symlink() and PYTHON.exists():
        return  # an environment of one's own, linked here, is used as it is
    locks = ["requirements.lock", "requirements-dev.lock"] if development else ["requirements.lock"]
    wanted = {lock: made_from(lock) for lock in locks}
    stamp = read_stamp()
    if PYTHON.exists() and all(stamp.get(lock) == wanted[lock] for lock in locks):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        raise Refused(f"Python's own module {names} is missing: on Debian and Ubuntu, apt install python3-venv.")
    STAMP.unlink(missing_ok=True)
    say(f"Making .venv from {locks[-1]}: about a minute, once.")
    run_quietly([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_quietly([*pip, "--require-hashes", "-r", locks[-1]], "The pinned packages could not be installed.")
    # Editable and without a build of its own: the code that runs is the code in this folder.
    own = ["--no-index", "--no-deps", "--no-build-isolation", "-e", "."]
    run_quietly([*pip, *own], "The shop itself could not be installed.")
    STAMP.write_text(json.dumps(wanted))


def run_quietly(command: list[str], failed: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise Refused(failed)


# ---------------------------------------------------------------- small things


def say(line: str) -> None:
    print(line, flush=True)


def environment(**more: str) -> dict[str, str]:
    """The environment of everything that is started here: development, unless it says otherwise itself."""
    env = {**os.environ, **more}
    env.setdefault("GALLERY_ENV", "development")
    env["PATH"] = str(BIN) + os.pathsep + env.get("PATH", "")
    env["VIRTUAL_ENV"] = str(VENV)
    return env


def gallery(*args: str) -> list[str]:
    return [str(BIN / "gallery"), *args]


def run(command: list[str], **more: str) -> int:
    """Run in the foreground; Ctrl-C reaches the command by itself, and its answer is ours."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment(**more))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def port_is_free(port: int) -> bool:
    with socket.socket() as s:
        if os.name != "nt":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until_open(port: int, child: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.poll() is None:
        with socket.socket() as s:
            s.settimeout(1)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


# ---------------------------------------------------------------- the commands


def demo(args: list[str]) -> int:
    """`demo [--port 8000] [--stripe-port 8001]`: everything on loopback, ended together by Ctrl-C."""
    port, stripe_port = ports(args)
    prepare(development=False)
    for number, option in ((port, "--port"), (stripe_port, "--stripe-port")):
        if not port_is_free(number):
            raise Refused(f"Port {number} is in use: end what uses it, or choose another with {option}.")
    shop, stripe = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stripe_port}"
    secret = "whsec_demo_sandbox"
    settings = {
        "BASE_URL": shop,
        "STRIPE_API_BASE": stripe,
        "STRIPE_SECRET_KEY": "sk_test_demo_sandbox",
        "STRIPE_WEBHOOK_SECRETS": secret,
    }
    state = str(INSTANCE / "stripe-sandbox.db")
    remove_what_is_half_filled()
    fresh = "DATABASE_URL" not in os.environ and not (INSTANCE / DATABASE).exists()
    if fresh:
        INSTANCE.mkdir(exist_ok=True)
        UNFINISHED.touch()
    for step in (gallery("db", "upgrade"), gallery("demo", "fill", "--if-empty", "--stripe-state", state)):
        answer = run(step, **settings)
        if answer:
            return answer
    UNFINISHED.unlink(missing_ok=True)
    sandbox = gallery(
        "stripe-sandbox",
        "--port",
        str(stripe_port),
        "--webhook",
        f"{shop}/stripe/webhook",
        "--secret",
        secret,
        "--state",
        state,
    )
    commands = {
        "Stripe sandbox": sandbox,
        "shop": gallery("serve", "--host", "127.0.0.1", "--port", str(port)),
        "worker": gallery("worker"),
    }
    with Company(environment(**settings)) as company:
        for name, command in commands.items():
            company.start(name, command)
        for name, number in (("Stripe sandbox", stripe_port), ("shop", port)):
            if not wait_until_open(number, company.children[name]):
                raise Refused(f"The {name} did not start; its own words are above.")
        say("")
        run(gallery("demo", "logins"), **settings)
        say(f"\nShop             {shop}/        (English: {shop}/en/)")
        say(f"Staff            {shop}/staff/")
        say(f"Producers        {shop}/kelompok-saya/")
        say(f"Stripe sandbox   {stripe}/")
        say("Ctrl-C ends all of them.")
        return company.wait()


def remove_what_is_half_filled() -> None:
    """A demo that was interrupted while it was filled begins anew; nobody has worked in it yet."""
    if UNFINISHED.exists():
        for name in (DATABASE, "stripe-sandbox.db"):
            for part in ("", "-wal", "-shm", ".turn"):
                (INSTANCE / (name + part)).unlink(missing_ok=True)
        UNFINISHED.unlink()


def ports(args: list[str]) -> tuple[int, int]:
    chosen = {"--port": 8000, "--stripe-port": 8001}
    rest = list(args)
    while rest:
        option, _, value = rest.pop(0).partition("=")
        if not value and rest:
            value = rest.pop(0)
        if option not in chosen or not value.isdigit():
            raise Refused("Usage: python3 dev.py demo [--port 8000] [--stripe-port 8001]")
        chosen[option] = int(value)
    return chosen["--port"], chosen["--stripe-port"]


class Company:
    """Programs that are started together and end together, whoever ends first."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Company:
        # SIGINT too: who starts us in the background has it ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupt)
        return self

    def start(self, name: str, command: list[str]) -> None:
        # A session of its own, so that Ctrl-C comes here alone and the end is in our order.
        self.children[name] = subprocess.Popen(command, cwd=ROOT, env=self.env, start_new_session=True)

    def wait(self) -> int:
        try:
            while True:
                for name, child in self.children.items():
                    if child.poll() is not None:
                        say(f"The {name} ended by itself ({child.returncode}); ending the others.")
                        return 1
                time.sleep(0.3)
        except KeyboardInterrupt:
            say("\nEnding.")
            return 0

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + 10
        for child in self.children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                child.kill()
                child.wait()


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def test(args: list[str]) -> int:
    """All tests; three workers, as browsers and killed servers keep one waiting. pytest's own arguments choose."""
    prepare(development=True)
    workers = [] if any(a.startswith("-n") or a == "no:xdist" for a in args) else ["-n", "3"]
    return run([str(PYTHON), "-m", "pytest", *workers, *args])


def check(args: list[str]) -> int:
    """Every check is run, whatever the others said; the summary comes last."""
    if args:
        raise Refused("Usage: python3 dev.py check")
    prepare(development=True)
    pytest = [str(PYTHON), "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    checks = {
        "style": [str(BIN / "ruff"), "check", "."],
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "types": [str(PYTHON), "-m", "mypy"],
        "import ranks": [str(BIN / "lint-imports")],
        "templates": [*pytest, "tests/house/test_templates.py"],
        "translations": [*pytest, "tests/house/test_translations.py"],
        "schema and migrations": [*pytest, "tests/house/test_schema.py", "tests/house/test_migrations.py"],
    }
    answers = {}
    for name, command in checks.items():
        say(f"\n--- {name}")
        answers[name] = run(command)
    say("")
    for name, answer in answers.items():
        say(f"{'ok    ' if answer == 0 else 'FAILED'}  {name}")
    return int(any(answers.values()))


def bench(args: list[str]) -> int:
    """The benchmarks print what they measured and fail when a figure is above its bound."""
    prepare(development=True)
    where = ["tests/benchmarks"] if not [a for a in args if not a.startswith("-")] else []
    return run([str(PYTHON), "-m", "pytest", "-n0", "-s", "-q", "-o", "python_files=bench_*.py", *where, *args])


def console_script(args: list[str]) -> int:
    prepare(development=False)
    return run(gallery(*args))


COMMANDS = {"demo": demo, "test": test, "check": check, "bench": bench, "gallery": console_script}


def main(args: list[str]) -> int:
    if not args or args[0] not in COMMANDS:
        print(__doc__, file=sys.stdout if args[:1] in (["-h"], ["--help"]) else sys.stderr)
        return 0 if args[:1] in (["-h"], ["--help"]) else 2
    try:
        return COMMANDS[args[0]](args[1:])
    except Refused as refused:
        print(f"dev.py: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
