"""How VK writes a post: bytes put together from parts made once, because a bench asks for gigabytes of them.

A post with its attachments weighs 2.4 KB and more, as recorded answers do; the keys follow VKCOM/vk-api-schema 5.199
(wall_wallpost_full).
"""

from __future__ import annotations

from random import Random
from typing import Any

import orjson

from sandbox import texts
from sandbox.posts import PostTruth

_STOCK = 48
_PHOTO_SIZES = (("s", 75), ("m", 130), ("x", 604), ("y", 807), ("z", 1080), ("w", 1600), ("p", 200), ("q", 320))
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TEXTS = tuple(orjson.dumps(text) for text in texts.ALL)

_START = b'{"inner_type":"wall_wallpost","id":%d,"owner_id":%d,"from_id":%d,"date":%d,"type":"post","post_type":"post",'
_BODY = b'"text":%b,%b%b%b%b"likes":{"can_like":1,"count":%d,"user_likes":0,"can_publish":1,"repost_disabled":false},'
_END = (
    b'"reposts":{"count":%d,"user_reposted":0},"donut":{"is_donut":false},"post_source":{"type":"vk"},'
    b'"marked_as_ads":%d,"is_favorite":false,"short_text_rate":0.8,"carousel_offset":0,"hash":"%016x",'
    b'"reaction_set_id":"reactions"}'
)
_POST = _START + _BODY + _END
_VIEWS = b'"views":{"count":%d},'
_COMMENTS_OPEN = b'"comments":{"can_post":1,"can_view":1,"count":%d,"groups_can_post":true},'
_COMMENTS_CLOSED = b'"comments":{"can_post":0,"can_view":1,"count":%d},'
_PINNED = b'"is_pinned":1,'
_COPY = (
    b'"copy_history":[{"inner_type":"wall_wallpost","id":55,"owner_id":-30000003,"from_id":-30000003,"date":%d,'
    b'"type":"post","post_type":"post","text":%b,%b"post_source":{"type":"vk"}}],'
)


def render(owner: int, post: PostTruth) -> bytes:
    """One post of wall.get and wall.getById. `owner` is the community's id, positive."""
    attachments = _ATTACHMENTS[post.variant % len(_ATTACHMENTS)]
    text = _TEXTS[post.text_number % texts.COUNT]
    copied = _COPY % (post.published - 3600, text, attachments) if post.is_repost else b""
    return _POST % (
        post.id, -owner, -owner, post.published, b'""' if post.is_repost else text,
        b'"attachments":[],' if post.is_repost else attachments, copied,
        _comments(post), (b"" if post.views is None else _VIEWS % post.views) + (_PINNED if post.is_pinned else b""),
        post.likes, post.reposts, post.variant % 97 == 0, post.variant,
    )  # fmt: skip


def _comments(post: PostTruth) -> bytes:
    if post.comments is None:
        return b""
    return (_COMMENTS_OPEN if post.can_comment else _COMMENTS_CLOSED) % post.comments


def _photo(random: Random) -> dict[str, Any]:
    sizes = [
        {"type": kind, "width": width, "height": width * 3 // 4, "url": _url(random, width)}
        for kind, width in _PHOTO_SIZES
    ]
    return {"type": "photo", "photo": {
        "album_id": -7, "date": 1760000000 + random.randrange(10**6), "id": 456239017 + random.randrange(10**6),
        "owner_id": -30000003, "access_key": _word(random, 18), "sizes": sizes, "text": "", "user_id": 100,
        "web_view_token": _word(random, 18), "has_tags": False, "orig_photo": sizes[5] | {"type": "base"},
    }}  # fmt: skip


def _video(random: Random) -> dict[str, Any]:
    images = [{"url": _url(random, width), "width": width, "height": width * 9 // 16} for _, width in _PHOTO_SIZES]
    return {"type": "video", "video": {
        "id": 456239017 + random.randrange(10**6), "owner_id": -30000003, "title": "Видеосюжет", "duration": 187,
        "image": images, "access_key": _word(random, 18), "views": 100, "track_code": _word(random, 60),
    }}  # fmt: skip


def _link(random: Random) -> dict[str, Any]:
    return {"type": "link", "link": {
        "url": f"https://site.example/{_word(random, 40)}", "title": "Подробнее на сайте", "description": "",
        "caption": "site.example", "photo": _photo(random)["photo"],
    }}  # fmt: skip


def _url(random: Random, width: int) -> str:
    return (
        f"https://sun9-{random.randrange(90)}.userapi.example/s/v1/ig2/{_word(random, 86)}.jpg"
        f"?quality=95&as=32x24,48x36,72x54,{width}x{width * 3 // 4}&from=bu&cs={width}x0"
    )


def _word(random: Random, length: int) -> str:
    return "".join(random.choices(_LETTERS, k=length))


def _attachments() -> tuple[bytes, ...]:
    """The stock: mostly one photo or two, some videos and links, an empty list, and a missing key."""
    random, stock = Random(20260101), [b"", b'"attachments":[],']
    for number in range(_STOCK):
        kind = _video if number % 8 == 0 else _link if number % 8 == 1 else _photo
        items = [kind(random)] + ([_photo(random)] if number % 5 == 0 else [])
        stock.append(b'"attachments":' + orjson.dumps(items) + b",")
    return tuple(stock)


_ATTACHMENTS = _attachments()
