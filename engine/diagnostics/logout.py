"""Whether the engine outlives the login it was started from, where systemd ends what a login started."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
from pathlib import Path

CGROUP, LINGERING = Path("/proc/self/cgroup"), Path("/var/lib/systemd/linger")
LOGIND = ["loginctl", "show-session", "--property=KillUserProcesses"]
LINGER, SCOPE = "loginctl enable-linger", "systemd-run --user --scope mnist-tui"


def end_at_logout() -> tuple[str, str] | None:
    """What ends the engine at logout, and what to do about it; None where nothing does."""
    try:
        cgroup = CGROUP.read_text()
    except OSError:
        return None
    lingers = (LINGERING / _user()).exists()
    if re.search(r"/user@\d+\.service/", cgroup):
        reason = "when your last login ends, systemd ends what it runs for you, the engine and its runs too"
        return None if lingers else (reason, LINGER)
    # Unless told otherwise logind spares the processes of root.
    if re.search(r"/session-[^/]+\.scope", cgroup) and os.geteuid() != 0 and _kills_user_processes():
        reason = "logind ends what a login has started when it ends (KillUserProcesses), the engine and its runs too"
        return reason, SCOPE if lingers else f"{LINGER}, then start the console by: {SCOPE}"
    return None


def _kills_user_processes() -> bool:
    try:
        output = subprocess.run(LOGIND, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "KillUserProcesses=yes" in output


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
