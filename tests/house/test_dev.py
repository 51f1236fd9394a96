"""What is missing on a machine is said in one clear line by dev.py."""

import socket
from types import SimpleNamespace

import pytest

import dev


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A folder without an environment."""
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv/made-from.json")
    return tmp_path


def one_line(capsys) -> str:
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_another_python_is_refused(bare, monkeypatch, capsys):
    monkeypatch.setattr(dev, "sys", SimpleNamespace(version_info=(3, 10, 1), stderr=dev.sys.stderr))
    with pytest.raises(dev.Refused, match=r"3\.11 to 3\.13 is needed, this is 3\.10"):
        dev.prepare(development=False)


def test_a_missing_module_is_named(bare, monkeypatch, capsys):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    assert dev.main(["test"]) == 1
    assert "ensurepip is missing" in one_line(capsys)


def test_a_port_in_use_is_named(monkeypatch, capsys):
    monkeypatch.setattr(dev, "prepare", lambda development: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert dev.main(["demo", "--port", str(port)]) == 1
    assert f"Port {port} is in use" in one_line(capsys)


def test_a_ready_environment_is_left_alone(bare, monkeypatch):
    made = []
    monkeypatch.setattr(dev, "run_quietly", lambda command, failed: made.append(command))
    (bare / ".venv/bin").mkdir(parents=True)
    (bare / ".venv/bin/python").touch()
    dev.prepare(development=True)
    assert len(made) == 3
    dev.prepare(development=True)
    dev.prepare(development=False)
    assert len(made) == 3


def test_a_changed_lock_makes_it_anew(bare, monkeypatch):
    made = []
    monkeypatch.setattr(dev, "run_quietly", lambda command, failed: made.append(command))
    (bare / ".venv/bin").mkdir(parents=True)
    (bare / ".venv/bin/python").touch()
    dev.prepare(development=False)
    monkeypatch.setattr(dev, "made_from", lambda lock: "another")
    dev.prepare(development=False)
    assert len(made) == 6


def test_an_unknown_command_shows_the_known_ones(capsys):
    assert dev.main(["fly"]) == 2
    assert "python3 dev.py demo" in capsys.readouterr().err


def test_a_half_filled_demo_begins_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "INSTANCE", tmp_path)
    monkeypatch.setattr(dev, "UNFINISHED", tmp_path / "demo-unfinished")
    (tmp_path / "gallery.db").touch()
    dev.remove_what_is_half_filled()
    assert (tmp_path / "gallery.db").exists()
    for name in ("demo-unfinished", "gallery.db-wal"):
        (tmp_path / name).touch()
    dev.remove_what_is_half_filled()
    assert list(tmp_path.iterdir()) == []
