"""The form as it is drawn, with a cursor on one of its fields and what is typed there."""

from __future__ import annotations

from textual.events import Blur, DescendantBlur, Focus, MouseScrollDown, MouseScrollUp
from textual.geometry import Offset

from tui.drawing.styled_lines import Line
from tui.panes.model.draft import GROUP, LONGEST, words
from tui.panes.model.drawing import LABEL, NAMES, Form
from tui.panes.model.layout import Sheet, lay_out
from tui.widgets.drawn_editor import DrawnEditor
from tui.widgets.line_widget import LineWidget


class Fields(LineWidget, can_focus=True):
    """Shows a form and goes from field to field; one that is written is edited as soon as the cursor comes to it.

    While it has the focus every letter is typed. Tab goes from pane to pane and, once something was done in the form,
    from field to field."""

    DEFAULT_CSS = """
    Fields {
        overflow: hidden;
        & > .network { text-style: bold; }
        & > .heading { color: $text-primary; text-style: bold; }
        & > .label { color: $text-muted; }
        & > .current { text-style: bold underline; }
        & > .help { color: $text-muted; text-style: italic; }
        & > .typed { background: $boost; }
        & > .selected { background: $input-selection-background; }
        & > .completion { background: $boost; color: $text-muted; }
        & > .insertion { background: $boost; text-style: reverse; }
    }
    """

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        # What is said below the form besides the help of its fields.
        self._preset_lines: tuple[str, ...] = ()
        self._groups: tuple[str, ...] = ()
        self._top = 0
        # Whether something was done in the form since it has the focus, and what was typed ahead in its field.
        self._inside = False
        self._ahead = ""
        self._editor = DrawnEditor(LONGEST)

    def mount_editor(self) -> None:
        """Have the editor in the screen, unless it is; the first picture does not wait for what is never displayed."""
        if not self._editor.is_attached:
            self.mount(self._editor)

    def draw(self, width: int, height: int) -> list[Line]:
        sheet, form = self._sheet(), self._form
        self._top = sheet.top
        typed = None
        if self._editor.is_open:
            typed = self._editor.line(form.value_cells(form.current, width - LABEL))
            self._editor.at = self.content_region.offset + Offset(LABEL, sheet.row_of(form.current))
        return form._replace(active=self._is_active, typed=typed).lines(sheet)

    @property
    def _is_active(self) -> bool:
        return self.is_mounted and self.screen.focused in (self, self._editor)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """No letter is anything else here than a letter."""
        return character is not None and character.isprintable()

    def enter(self) -> None:
        """Go from field to field by Tab, as somebody came to edit, not on to the next pane."""
        self._inside = True

    def action_go(self, by: int) -> None:
        place = NAMES.index(self._form.current) + by
        self._go(NAMES[max(0, min(place, len(NAMES) - 1))])

    def action_tab(self, by: int) -> None:
        place = NAMES.index(self._form.current) + by
        if self._inside and 0 <= place < len(NAMES):
            self._go(NAMES[place])
            return
        self._inside = False
        self._stop_editing()
        self.screen.focus_next() if by > 0 else self.screen.focus_previous()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self.action_go(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self.action_go(-1)

    def on_focus(self, event: Focus) -> None:
        """Edit the field that one comes back to, unless the focus has gone on."""
        if self.screen.focused is not self:
            return
        if self._editor.is_open:
            self.screen.set_focus(self._editor)
        else:
            self._edit()

    def on_blur(self, event: Blur) -> None:
        self.call_later(self._left)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.call_later(self._left)

    def _left(self) -> None:
        """Edit nothing, once the focus is in another pane."""
        if not self._is_active:
            self._inside, self._ahead = False, ""
            self._editor.close()
            self.refresh_with_keys()

    def _go(self, name: str) -> None:
        """Come to a field, and edit it where it is written."""
        self._inside = True
        self._form = self._form._replace(current=name)
        self._edit()

    def _edit(self) -> None:
        """Take what is typed for the field of the cursor."""
        name, self._ahead = self._form.current, ""
        self.mount_editor()
        if self._form.is_choice(name):
            self._stop_editing()
        else:
            known = self._groups if name == GROUP else words(name)
            self._editor.open(self._form.draft.text(name), known, several=name != GROUP)
        self.refresh_with_keys()

    def _stop_editing(self) -> None:
        self._editor.close()
        if self.screen.focused is self._editor:
            self.screen.set_focus(self)

    def _sheet(self) -> Sheet:
        width, height = self.size
        return lay_out(self._form.current, self._top, width, height, self._preset_lines, self._form.refusal)
