"""Whatever HTML comes, reading it gives facts or NotUnderstood, only what Postgres can keep, and in no long time."""

from __future__ import annotations

import contextlib

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gospub.errors import NotUnderstood
from gospub.platforms.telegram_card import read_card
from gospub.platforms.telegram_html import parse, read_count
from gospub.platforms.telegram_posts import read_preview
from tests.unit.telegram_replies import DATA, PAGE, wall
from tests.unit.test_vk_any_json import keepable
from tests.unit.vk_replies import MOMENT

PAGES = [path.read_bytes() for path in sorted(DATA.glob("*.html"))]
CRUMBS = st.binary(max_size=6) | st.sampled_from(
    [
        b"<div>",
        b"</div>",
        b'"',
        b">",
        b"<!--",
        b"<script>",
        b"&#0;",
        b"&#xD800;",
        b"\x00",
        b"\xd0",
        b"9" * 30,
        b"K",
        b"-",
    ]
)
HOSTILE = {
    "nested": b"<div class=tgme_channel_history>" * 60_000,
    "one tag of attributes": b"<div " + b" ".join(b"a%d=1" % number for number in range(70_000)) + b">",
    "one tag of bare attributes": b"<div " + b" ".join(b"a%d" % number for number in range(70_000)) + b">",
    "attributes that hide in quotes": b"<div " + b" ".join(b'a%d=">"' % number for number in range(70_000)) + b">",
    "messages without end": b'<div class=tgme_channel_history><p class=tgme_widget_message data-post="a/1">' * 20_000,
}


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A page with some of its bytes cut out, doubled, or replaced by crumbs."""
    page = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(page)))
        end = min(len(page), start + draw(st.integers(0, 400)))
        page = page[:start] + draw(CRUMBS | st.just(page[start:end] * 2)) + page[end:]
    return page


@settings(deadline=None, max_examples=300)
@given(mutated() | st.binary(max_size=300))
def test_any_html_gives_a_card_or_is_not_understood(page: bytes):
    with contextlib.suppress(NotUnderstood):
        answer = read_card(page, PAGE, MOMENT)
        assert "\\u0000" not in orjson.dumps(dict(answer.facts)).decode()
        members = answer.facts.get("members_count")
        assert members is None or 0 <= members <= 50_000_000
        keepable(list(answer.notes))


@settings(deadline=None, max_examples=300)
@given(st.lists(mutated() | st.binary(max_size=300), min_size=1, max_size=3))
def test_any_html_gives_posts_or_is_not_understood(pages: list[bytes]):
    ask = wall()
    with contextlib.suppress(NotUnderstood):
        for page in pages:
            read_preview(page, ask, MOMENT)
    keepable(ask.notes)
    for post_id, post in ask.posts.items():
        assert post_id == post.post_id < 2**63
        assert ask.since <= post.published_at <= MOMENT
        assert all(count is None or 0 <= count < 2**31 for count in (post.views_count, post.likes_count))


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_page_that_would_keep_the_parser_busy_is_refused(page: bytes):
    with pytest.raises(NotUnderstood):
        read_preview(page, wall(), MOMENT)


def test_every_page_of_the_tests_passes_for_an_ordinary_one():
    for page in PAGES:
        assert parse(page, "page").root is not None


@given(st.integers(0, 10**9))
def test_an_exact_figure_is_read_whatever_separates_its_thousands(number: int):
    for separator in (" ", "\N{NO-BREAK SPACE}", ",", ".", ""):
        assert read_count(f"{number:,}".replace(",", separator)) == (number, False)


@given(st.text(max_size=12))
def test_any_text_is_a_figure_or_none(text: str):
    found = read_count(text)
    assert found is None or found[0] >= 0
