"""Texts for the clipboard: ids of runs, the commands that repeat them, and tables of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.dialogs.choice_list import ChoiceList
from tui.screens.copying import Copy, copies, table_of_runs

if TYPE_CHECKING:
    from tui.console.console import Console

# What some terminals take at most, in bytes.
MOST_COPIED = 74_000


def ask_what_to_copy(console: Console) -> None:
    """Ask which text of the runs that keys act on to copy, or of the comparison that is seen; then copy it."""
    main = console.main
    runs = [run for run in map(main.following.summary, main.actions.meant) if run]
    offered = copies([run.record for run in runs], _table(console))
    if not offered:
        main.say("There is no run to copy of yet.")
        return

    def copy(chosen: Copy | None) -> None:
        if chosen is None:
            return
        if len(chosen.text.encode()) > MOST_COPIED:
            console.notify(f"Too long for a clipboard: {chosen.what}. Export it instead.", severity="error")
            return
        console.copy_to_clipboard(chosen.text)
        console.main.prompts.tell(f"Copied: {chosen.what}.")

    texts = {text.what: text for text in offered}
    meanings = {what: text.beginning for what, text in texts.items()}
    keys, title = "{open} copies   {leave} leaves", "Copy into the clipboard of the terminal"
    console.push_screen(ChoiceList(title, meanings, texts.__getitem__, keys=keys), copy)


def _table(console: Console) -> Copy | None:
    """The comparison, where one is seen; in the history the runs that are listed."""
    main = console.main
    compared, view = main.board.compared, main.board.view.name
    if main.comparing.is_seen:
        if compared.comparison is None:
            return None
        from engine.comparison.formats import to_markdown

        judged = compared.judgement
        known = (judged.verdicts, judged.disagreement) if judged else ((), None)
        return Copy("table", to_markdown(compared.comparison, compared.settings, *known))
    if view == "History" and main.board.has_run_panes and main.board.history.listed:
        return table_of_runs(main.board.history.listed, main.board.history.preferences.columns)
    return None
