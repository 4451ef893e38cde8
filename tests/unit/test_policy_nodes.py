"""Whatever bytes are in a content file, they are read or refused in one sentence."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PackError
from bot.policy.fields import read
from bot.policy.nodes import Listing, Node, Scalar, Table, parse
from bot.policy.schema import PackFile, TopicList

YAML_LIKE = st.text(alphabet="ab: -[]{}#&*!|>'\"\n\t?,%@`~0\x85\u2028\ufeffé", max_size=60)


@given(st.binary(max_size=80) | YAML_LIKE.map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(data, "a.yml")
    except PackError as error:
        assert str(error).startswith("a.yml, line ")


@given(YAML_LIKE)
def test_any_tree_is_no_pack_but_a_refusal(text: str) -> None:
    for kind in (PackFile, TopicList):
        try:
            read(parse(text.encode(), "a.yml"), kind, "a.yml")
        except PackError as error:
            assert str(error).startswith("a.yml, line ")
        else:
            raise AssertionError("it was taken for a whole file")


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [_plain(item) for item in node.items]
    assert isinstance(node, Table)
    return {key: _plain(item) for key, item in node.items.items()}


def _depth(tree: object) -> int:
    if isinstance(tree, dict):
        return 1 + max((_depth(item) for item in tree.values()), default=0)
    if isinstance(tree, list):
        return 1 + max((_depth(item) for item in tree), default=0)
    return 0


@given(TREES.filter(lambda tree: _depth(tree) <= 12))
def test_a_tree_that_was_written_is_read_back(tree: object) -> None:
    written = yaml.safe_dump(tree, allow_unicode=True, default_style='"').encode()
    assert _plain(parse(written, "a.yml")) == tree


def test_lines_are_counted_from_one() -> None:
    table = parse(b"a: 1\n\nb:\n- c\n- d\n", "a.yml")
    assert isinstance(table, Table)
    assert table.lines == {"a": 1, "b": 3}
    listing = table.items["b"]
    assert isinstance(listing, Listing)
    assert [item.line for item in listing.items] == [4, 5]
