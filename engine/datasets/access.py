"""Files that somebody else has closed: who may read them, and what opens them."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import stat
from contextlib import suppress
from pathlib import Path


def closed_advice(path: Path, folder: Path) -> str:
    """Who may read `path`, which this user may not, and who is to do what; `folder` is the data folder it lies in."""
    closed = next((one for one in (*reversed(path.absolute().parents), path) if not _is_open(one)), path)
    try:
        status = closed.stat()
    except OSError:
        return f"{path} may not be read"
    owner = _user(status.st_uid)
    many = closed == folder or folder in closed.parents
    change = f"chmod {'-R a+rX' if many else 'a+x'} {shlex.quote(str(closed))}"
    if status.st_uid == os.geteuid():
        return f"{path} may not be read, though {closed} is yours; open it: {change}"
    shared = status.st_mode & (stat.S_IXGRP if closed.is_dir() else stat.S_IRGRP)
    who = f"{owner} and the group {_group(status.st_gid)}" if shared else owner
    return f"{path} may be read by {who} alone; ask {owner} to run: {change}"


def _is_open(path: Path) -> bool:
    return os.access(path, os.X_OK if path.is_dir() else os.R_OK)


def _user(number: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(number).pw_name
    return f"user {number}"


def _group(number: int) -> str:
    with suppress(KeyError):
        return grp.getgrgid(number).gr_name
    return str(number)
