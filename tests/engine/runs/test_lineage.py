"""Which run was made from which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.runs.lineage import Families, family
from engine.runs.summaries import RunSummary
from tests.builders.summaries import summary


def run(id: str, parent: str = "") -> RunSummary:
    return summary(1, id=id, parent=parent)


def drawn(runs: list[RunSummary], id: str) -> list[str]:
    return [kin.branch() + kin.run.id for kin in family(runs, id)]


def test_a_family_is_drawn_from_its_oldest_down() -> None:
    """You should see children under their parents, the oldest first, and lines that join them."""
    runs = [run("f"), run("e", "b"), run("d", "a"), run("c", "b"), run("b", "a"), run("a")]
    tree = ["a", "├─ b", "│  ├─ c", "│  └─ e", "└─ d"]
    assert drawn(runs, "c") == drawn(runs, "a") == tree
    assert drawn(runs, "f") == ["f"]


def test_a_parent_that_is_gone_ends_the_line() -> None:
    assert drawn([run("b", "a"), run("c", "b")], "c") == ["b", "└─ c"]
    assert not family([run("a")], "b")


def test_runs_that_claim_to_descend_from_each_other_are_shown_once() -> None:
    assert [kin.run.id for kin in family([run("a", "b"), run("b", "a"), run("c", "c")], "a")] == ["b", "a"]
    assert drawn([run("c", "c")], "c") == ["c"]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh."), min_size=1), st.sampled_from("abcdefgh")
)
def test_any_claims_give_a_tree_with_the_run_in_it(claims: dict[str, str], wanted: str) -> None:
    kin = family([run(id, parent) for id, parent in claims.items()], wanted)
    ids = [one.run.id for one in kin]
    assert len(set(ids)) == len(ids)
    assert (wanted in ids) == (wanted in claims)
    assert all(not one.rails for one in kin[:1]) and all(one.rails for one in kin[1:])


def test_families_of_many_runs_are_found_without_another_look_at_them() -> None:
    runs = iter([run("b", "a"), run("a"), run("d", "c"), run("c"), run("e")])
    families = Families(runs)
    assert [[kin.run.id for kin in families.of(id)] for id in "abcdef"] == [
        ["a", "b"], ["a", "b"], ["c", "d"], ["c", "d"], ["e"], [],
    ]  # fmt: skip
    assert families.of("a") is families.of("b"), "a family is looked for once"


def test_each_kin_knows_its_parent() -> None:
    kin = {one.run.id: one for one in family([run("c", "b"), run("b", "a"), run("a", "gone")], "b")}
    assert kin["a"].parent is None
    assert kin["b"].parent is kin["a"]
    assert kin["c"].parent is kin["b"]


def test_a_long_line_of_descent_is_no_trouble() -> None:
    ids = [f"{number:05}" for number in range(5_000)]
    kin = family([run(id, parent) for id, parent in zip(ids, ["", *ids], strict=False)], ids[-1])
    assert [one.run.id for one in kin] == ids
    assert len(kin[-1].rails) == 4_999
    assert len(repr(kin[-1])) < 10_000
