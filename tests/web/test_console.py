"""web.console: parts, and what is left out of an update."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.console import Parts, diff

HTML = st.builds(Markup, st.sampled_from(["<p>a</p>", "<p>b</p>", "<p>c</p>"]))
PARTS = st.builds(
    Parts,
    st.dictionaries(st.sampled_from(["summary", "terminals"]), HTML),
    st.dictionaries(st.sampled_from(["1", "2", "3", "4"]), HTML),
)


@given(PARTS, PARTS)
def test_an_update_turns_the_old_page_into_the_new_one(old: Parts, new: Parts) -> None:
    """A page that has the old parts and takes the update has the new ones, in their order."""
    update = diff(old.payload(), new.payload())
    have = {**old.items, **update["items"]}
    assert {key: have[key] for key in update["order"]} == dict(new.items)
    assert update["order"] == list(new.items)
    assert {**old.fixed, **update["fixed"]} == {**old.fixed, **new.fixed}


@given(PARTS)
def test_an_update_of_the_same_page_carries_no_html(parts: Parts) -> None:
    """What has not changed is not sent again."""
    update = diff(parts.payload(), parts.payload())
    assert (update["fixed"], update["items"]) == ({}, {})


@given(PARTS)
def test_the_first_update_is_the_whole_page(parts: Parts) -> None:
    """A page that has just connected gets everything."""
    assert diff(None, parts.payload()) == parts.payload()
