"""What a user can mend."""

from __future__ import annotations


class UserError(Exception):
    """Something went wrong that the user can do something about; the message says what, in one or two lines."""


class Refusal(UserError):
    """What was asked is refused before anything is done; the message says what would do."""


class NothingToDo(UserError):
    """What was asked has nothing to act on; the message says so in a sentence."""


class ExportError(UserError):
    """Something cannot be exported; the message says why and what to do."""


class MissingExtra(Refusal):
    """Something that is installed on demand is not; the message says how."""


class SearchError(Refusal):
    """Cells of a sweep cannot be searched or ended early; the message says what to do."""


OUT_OF_MEMORY = (
    "out of memory", "can't allocate memory", "not enough memory",
    "cublas_status_alloc_failed", "cublas_status_not_initialized",
)  # fmt: skip


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory was short, in Python's words, PyTorch's or those of the libraries beneath, or
    came of one that does: a capture that is broken off for it ends with another."""
    if isinstance(error, MemoryError) or any(text in str(error).lower() for text in OUT_OF_MEMORY):
        return True
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return before is not None and is_out_of_memory(before)
