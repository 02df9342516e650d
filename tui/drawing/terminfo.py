"""What the terminfo database says of the terminal; each question is about the same one, as it is read once."""

from __future__ import annotations

from functools import cache


@cache
def colours(kind: str) -> int:
    """How many colours this kind of terminal shows; 0 where the database knows none."""
    return _number(kind, "colors")


@cache
def erases_in_colour(kind: str) -> bool:
    """Whether erased cells take the background of what is written ("bce"); terminals it does not know do."""
    return not _is_known(kind) or _has(kind, "bce")


def _number(kind: str, capability: str) -> int:
    import curses

    return max(0, curses.tigetnum(capability)) if _is_known(kind) else 0


def _has(kind: str, capability: str) -> bool:
    import curses

    return curses.tigetflag(capability) == 1


@cache
def _is_known(kind: str) -> bool:
    try:
        import curses

        curses.setupterm(kind, 2)
    except (ImportError, curses.error):
        return False
    return True
