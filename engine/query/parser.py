"""The language that picks runs out of a list: `lr>0.05 dropout=0.5 status=finished tag:sweep -failed text`.

    filter      = all { "or" all }
    all         = term { [ "and" ] term }
    term        = { "not" | "-" } ( "(" filter ")" | comparison | word )
    comparison  = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" | ":" ) value

`:` is "contains" for texts and "=" for figures. A word is looked for in names, tags, groups, notes, presets and ids,
and may be a status or `starred` as well; in quotes it is only looked for. Case does not matter. Accuracies may be
percentages (`acc>97%`), times have units (`age<2d`, `time>90s`), moments are days (`created>=2026-01-31`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.errors import UserError
from engine.query.columns import Column, ColumnError, column
from engine.query.filters import EVERY, PLAIN, And, Comparison, Filter, Not, Or, Search
from engine.query.predicates import condition
from engine.runs.summaries import RunSummary

LONGEST, DEEPEST = 2000, 40
KEYWORDS = ("and", "or", "not")
TOKEN = re.compile(
    r"""\s*(?: (?P<bracket>[()]) | (?P<operator>!=|<=|>=|==?|[<>:]) | "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<minus>-)
    | (?P<word>(?!-)(?:[^\s()"=!<>:]|!(?!=))+) )""",
    re.VERBOSE | re.DOTALL,
)
VALUE = re.compile(rf'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>{PLAIN}))', re.DOTALL)


class FilterError(UserError):
    """The text is no filter; `position` is the index of the character at fault, `problem` what is wrong with it."""

    def __init__(self, position: int, problem: str) -> None:
        self.position, self.problem = position, problem
        super().__init__(f"character {position + 1}: {problem}")


def parse(text: str) -> Filter:
    """The filter that `text` describes; all runs for none. Raises FilterError, and nothing else."""
    if len(text) > LONGEST:
        raise FilterError(LONGEST, f"a filter has at most {LONGEST:,} characters")
    parser = _Parser(text)
    if parser.at_end():
        return EVERY
    node = parser.either(0)
    if not parser.at_end():
        raise FilterError(parser.start(), "this closing bracket opens nowhere")
    return node


def select(runs: Iterable[RunSummary], query: Filter) -> list[RunSummary]:
    """The runs that a filter matches, in their order."""
    return [run for run in runs if query.matches(run)]


class _Parser:
    """Reads a text from left to right; each method takes what it is named after."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def start(self) -> int:
        """Where the next token begins."""
        return len(self._text) - len(self._text[self._at :].lstrip())

    def at_end(self) -> bool:
        return self.start() == len(self._text)

    def either(self, depth: int) -> Filter:
        if depth > DEEPEST:
            raise FilterError(self.start(), f"brackets and negations go at most {DEEPEST} deep")
        parts = [self._all(depth)]
        while self._took("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, depth: int) -> Filter:
        parts = [self._term(depth)]
        while self._took("and") or not (self.at_end() or self._peek() in (")", "or")):
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _term(self, depth: int) -> Filter:
        if self._took("not") or self._took("-"):
            if depth >= DEEPEST:
                raise FilterError(self.start(), f"brackets and negations go at most {DEEPEST} deep")
            return Not(self._term(depth + 1))
        opening = self.start()
        if self._took("("):
            inner = self.either(depth + 1)
            if not self._took(")"):
                raise FilterError(opening, "this bracket is never closed")
            return inner
        return self._word()

    def _word(self) -> Filter:
        start, token = self.start(), self._match()
        if token is None or not (token["word"] or token["quoted"] is not None) or self._peek() in KEYWORDS:
            raise FilterError(start, self._expected())
        self._at = token.end()
        if token["quoted"] is not None:
            return Search(_unquote(token["quoted"]), quoted=True)
        operator = self._match()
        if operator is None or not operator["operator"]:
            return Search(token["word"])
        self._at = operator.end()
        return self._comparison(start, token["word"], operator["operator"].replace("==", "="))

    def _comparison(self, start: int, name: str, operator: str) -> Filter:
        try:
            operand = column(name)
        except ColumnError as error:
            raise FilterError(start, f"{error.brief} (as text: put it in quotes)") from None
        position = self.start()
        value = VALUE.match(self._text, self._at)
        if value is None:
            at = "a closing quote" if self._text[position : position + 1] == '"' else "a value"
            raise FilterError(position, f"expected {at} after {operand.name}{operator}")
        self._at = value.end()
        text = value["word"] if value["quoted"] is None else _unquote(value["quoted"])
        return _compared(operand, operator, text, position)

    def _expected(self) -> str:
        rest = self._text[self.start() :]
        if not rest:
            return "expected a word or a comparison such as lr>0.05"
        if rest.startswith('"'):
            return "this quote is never closed"
        shown = self._peek() or rest[0]
        return f"expected a word or a comparison such as lr>0.05, not {shown if shown.isprintable() else '?'!r}"

    def _match(self) -> re.Match[str] | None:
        return TOKEN.match(self._text, self._at)

    def _peek(self) -> str:
        """The next token, in small letters; quoted words are never one of the language's own."""
        token = self._match()
        return "" if token is None or token["quoted"] is not None else token[0].strip().lower()

    def _took(self, symbol: str) -> bool:
        """Step over the next token if it is `symbol`."""
        token = self._match()
        if token is None or self._peek() != symbol:
            return False
        self._at = token.end()
        return True


def _compared(operand: Column, operator: str, text: str, position: int) -> Comparison:
    try:
        test = condition(operand, operator, text)
    except ValueError as error:
        raise FilterError(position, str(error)) from None
    return Comparison(operand.name, operator, text, test)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
