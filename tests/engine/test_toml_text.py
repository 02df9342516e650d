"""Values written as TOML."""

from __future__ import annotations

import datetime
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from engine.toml_text import toml_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | TEXT
    | st.dates()
    | st.datetimes()
    | st.times()
)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_whatever_toml_has_is_read_back_as_it_was(content: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(content)) == content


def test_tables_stand_under_headings_and_what_is_loose_before_them() -> None:
    content = {
        "wide": {"summary": "A line.", "settings": {"hidden": [256], "l2": 1e-05}},
        "since": datetime.date(2024, 1, 2),
    }
    assert toml_text(content) == (
        'since = 2024-01-02\n\n[wide]\nsummary = "A line."\nsettings = { hidden = [256], l2 = 1e-05 }\n'
    )
