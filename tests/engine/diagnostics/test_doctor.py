"""What this machine offers the program, what is wrong with it, and what a logout ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.diagnostics import doctor
from engine.diagnostics.doctor import NOTE, OK

LINGER, SCOPE = "loginctl enable-linger", "systemd-run --user --scope mnist-tui"
SESSION = "0::/user.slice/user-1000.slice/session-3.scope\n"
MANAGER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u7.scope\n"
SERVICE = "0::/system.slice/docker.service\n"


@pytest.mark.parametrize(
    ("cgroup", "kills", "lingers", "advice"),
    [
        (SESSION, "no", False, ""),
        (
            SESSION,
            "yes",
            False,
            f"{LINGER}, then start the console by: {SCOPE}",
        ),
        (SESSION, "yes", True, SCOPE),
        (MANAGER, "no", False, LINGER),
        (MANAGER, "yes", True, ""),
        (SERVICE, "yes", False, ""),
    ],
)
def test_an_engine_that_a_logout_ends_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cgroup: str, kills: str, lingers: bool, advice: str
) -> None:
    (tmp_path / "cgroup").write_text(cgroup)
    (tmp_path / "linger").mkdir()
    if lingers:
        (tmp_path / "linger" / "ada").touch()
    (tmp_path / "loginctl").write_text(f"#!/bin/sh\necho KillUserProcesses={kills}\n")
    (tmp_path / "loginctl").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("LOGNAME", "ada")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(doctor, "LINGERING", tmp_path / "linger")
    (finding,) = doctor.check_logout()
    assert (finding.state, finding.advice) == ((NOTE, advice) if advice else (OK, ""))


def test_a_machine_without_systemd_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CGROUP", tmp_path / "absent")
    assert doctor.end_at_logout() is None
    (tmp_path / "cgroup").write_text(SESSION)
    monkeypatch.setattr(doctor, "CGROUP", tmp_path / "cgroup")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.end_at_logout() is None
