"""The language that picks runs: what it means, what it refuses, and that text and filter say the same."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.run_config import RunConfig
from engine.quantities import Measure
from engine.query.columns import COLUMNS, Column
from engine.query.filters import EVERY, And, Filter, Not, Or
from engine.query.parser import DEEPEST, LONGEST, FilterError, parse, select
from engine.runs.summaries import RunSummary
from tests.builders.summaries import NOW, summaries, summary
from tests.builders.work import calls

DEEP = summary(1, RunConfig(learning_rate=0.1), name="deep", preset="deep", tags=("sweep", "keep"), starred=True)
DROP = summary(
    2, RunConfig(learning_rate=0.01, dropout=0.5, batch_size="full"), name="with dropout", note="Slow Start",
    group="regular", status="failed", test_accuracy=0.9, seconds=7200.0,
)  # fmt: skip
SHALLOW = summary(3, RunConfig(hidden=(), l2=1e-4), name="[b]failed[/]", test_accuracy=None, device="NVIDIA H100")
RUNS = [DEEP, DROP, SHALLOW]

WORDS = st.sampled_from(
    ["lr", "acc", "tag", "name", "status", "foo", "-", "--", "and", "or", "not", "(", ")", "=", "!=", "<", ">=", ":",
     '"', '"a b"', "0.05", "97%", "2d", "finished", "starred", "hidden", "128,64", "none", "\\", "!", "\x00",
     "2026-01-31"]
)  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=12).flatmap(lambda w: st.sampled_from(["".join(w), " ".join(w)]))
)
ATOMS = st.sampled_from(
    ["lr>0.05", "dropout=0.5", "status=finished", "status!=failed", "tag:sweep", "failed", '"failed"', "text",
     "starred", "acc>=97.4%", "loss<0.1", "hidden=none", "hidden:64", "batch=full", "epochs<=5", "time>1h",
     "created>2023-01-01", 'name="a b"', 'note:"say \\"hi\\""', "nesterov=no", "group=regular", "layers=2", 'name=""',
     "optimiser:ad"]
).map(parse)  # fmt: skip
FILTERS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", RUNS),
        ("  ", RUNS),
        ("lr>0.05", [DEEP, SHALLOW]),
        ("learning-rate > 0.05 LR<=0.1", [DEEP, SHALLOW]),
        ("dropout=0.5", [DROP]),
        ("dropout==0.5", [DROP]),
        ("dropout!=0.5", [DEEP, SHALLOW]),
        ("batch=full", [DROP]),
        ("batch>100", [DROP]),
        ("l2=0.0001", [SHALLOW]),
        ("hidden=128,64", [DEEP, DROP]),
        ("hidden:64", [DEEP, DROP]),
        ("hidden=64", []),
        ("hidden=none", [SHALLOW]),
        ("layers<1", [SHALLOW]),
        ("parameters>100000", [DEEP, DROP]),
        ("activation=relu", RUNS),
        ("status=finished", [DEEP, SHALLOW]),
        ("failed", [DROP, SHALLOW]),
        ('"failed"', [SHALLOW]),
        ("-failed", [DEEP]),
        ("starred", [DEEP]),
        ("star=no", [DROP, SHALLOW]),
        ("tag:swe", [DEEP]),
        ("tag=swe", []),
        ("tag=SWEEP", [DEEP]),
        ("slow", [DROP]),
        ("dropout", [DROP]),
        ("group=regular", [DROP]),
        ("group=reg", []),
        ("group:reg", [DROP]),
        ('group=""', [DEEP, SHALLOW]),
        ("device:h100", [SHALLOW]),
        ("acc>97%", [DEEP]),
        ("acc>0.97", [DEEP]),
        ("acc>97", [DEEP]),
        ("acc=97.4%", [DEEP]),
        ("acc>=97.4%", [DEEP]),
        ("acc>97.4%", []),
        ("acc<1", [DEEP, DROP]),
        ("acc!=90%", [DEEP, SHALLOW]),
        ("not acc<1", [SHALLOW]),
        ("time>=2h", [DROP]),
        ("time<2min", [DEEP, SHALLOW]),
        ("created>2100-01-01", []),
        ("created>2020-01-01T12:00", RUNS),
        ("age>1d", RUNS),
        ("deep or dropout", [DEEP, DROP]),
        ("deep or dropout failed", [DEEP, DROP]),
        ("(deep or dropout) failed", [DROP]),
        ("deep and not sweep", []),
        ("-(deep or failed)", []),
        ("--deep", [DEEP]),
        ("wow!", []),
    ],
)
def test_what_a_filter_finds(text: str, found: list[RunSummary]) -> None:
    assert select(RUNS, parse(text)) == found


def test_a_word_is_not_found_across_two_texts() -> None:
    assert not parse('"deep deep"').matches(DEEP)
    assert not parse("sweepkeep").matches(DEEP)


def test_age_is_that_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    young = parse("age<2d")
    monkeypatch.setattr(time, "time", lambda: NOW + 86_400)
    assert young.matches(DEEP)
    monkeypatch.setattr(time, "time", lambda: NOW + 3 * 86_400)
    assert not young.matches(DEEP)


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("lr>", 3, "expected a value after learning_rate>"),
        ("deep lr>x", 8, "learning_rate> expects a number"),
        ("batch=x", 6, "batch_size= expects a number, or full"),
        ("learnig_rate=3", 0, "no column is called 'learnig_rate'; did you mean learning_rate?"),
        ("a:b", 0, "no column is called 'a' (as text: put it in quotes)"),
        ("(deep", 0, "this bracket is never closed"),
        ("deep)", 4, "this closing bracket opens nowhere"),
        ("deep or", 7, "expected a word or a comparison"),
        ("deep and and x", 9, "not 'and'"),
        ('name="x', 5, "expected a closing quote after name="),
        (' "x', 1, "this quote is never closed"),
        ("status=odd", 7, "status= expects failed, finished, interrupted"),
        ("optimiser=sdg", 10, "optimiser= expects sgd, adam, adamw or rmsprop"),
        ("hidden=a", 7, "hidden= expects none, or up to 32 values"),
        ("name<3", 5, "name has no order: use name=... or name:..."),
        ("acc>x", 4, "a share such as 0.97, or a percentage such as 97%"),
        ("age<2parsecs", 4, "a time such as 90s, 5min, 2h or 3d"),
        ("created>2026-13-45", 8, "a day such as 2026-01-31"),
        ("starred=maybe", 8, "starred= expects yes or no"),
        ("-", 1, "expected a word or a comparison"),
        ("=3", 0, "not '='"),
        ("(" * 99, DEEPEST + 1, "at most 40 deep"),
        ("-" * 99, DEEPEST + 1, "at most 40 deep"),
        ("x" * (LONGEST + 1), LONGEST, "at most 2,000 characters"),
    ],
)
def test_an_error_says_where_and_what_is_expected(text: str, position: int, problem: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.position == position
    assert problem in caught.value.problem
    assert str(caught.value).startswith(f"character {position + 1}: ")


@given(TEXT, summaries())
def test_any_text_is_a_filter_or_refused(text: str, run: RunSummary) -> None:
    try:
        found = parse(text)
    except FilterError as error:
        assert 0 <= error.position <= len(text)
        assert str(error).isprintable()
        return
    assert found.matches(run) in (True, False)
    assert parse(str(found)) == found


@given(FILTERS)
def test_a_filter_is_its_text(wanted: Filter) -> None:
    assert parse(str(wanted)) == wanted


@given(FILTERS, FILTERS, summaries())
def test_the_laws_of_logic_hold(a: Filter, b: Filter, run: RunSummary) -> None:
    def holds(text: str) -> bool:
        return parse(text).matches(run)

    assert holds(f"not (not ({a}))") == a.matches(run)
    assert holds(f"({a}) or not ({a})")
    assert not holds(f"({a}) and -({a})")
    assert holds(f"-(({a}) or ({b}))") == holds(f"-({a}) -({b})")
    assert holds(f"({a}) or ({b})") == holds(f"({b}) or ({a})")
    assert holds(f"({a}) ({b})") == (a.matches(run) and b.matches(run))


@given(summaries(), st.sampled_from([c for c in COLUMNS if c.measure is Measure.NUMBER]), st.floats(-1e6, 1e6))
def test_comparisons_of_figures_exclude_each_other(run: RunSummary, column: Column, number: float) -> None:
    held = [sign for sign in ("<", "=", ">") if parse(f"{column.name}{sign}{number!r}").matches(run)]
    assert len(held) == (column.figure(run) is not None)
    if not held:
        return
    assert parse(f"{column.name}<={number!r}").matches(run) == (held[0] in "<=")
    assert parse(f"{column.name}!={number!r}").matches(run) == (held[0] != "=")


def test_nothing_matches_all_and_prints_nothing() -> None:
    assert parse("") is EVERY
    assert str(EVERY) == ""


def test_ten_thousand_runs_are_filtered_between_two_key_presses() -> None:
    choose = random.Random(1)
    runs = [
        summary(n, RunConfig(learning_rate=choose.choice([0.1, 0.01]), seed=n), name=f"run {n}", tags=("sweep",))
        for n in range(10_000)
    ]
    wanted = parse("lr>0.05 dropout=0 status=finished tag:sweep -failed run")
    assert calls(lambda: select(runs, wanted)) < 100 * len(runs)
