"""How Telegram writes its web pages: the card of a name, and the preview of a channel with 20 messages a page.

Class names and structure as public parsers of these pages and their fixtures have them; all content is invented.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import NamedTuple

from sandbox import telegram_figures as figures
from sandbox.page_truth import PageTruth
from sandbox.posts import PostTruth, Wall

PAGE_SIZE = 20
_CREATED = 1
_PIN_AFTER_POST = 16  # ids of a day's posts leave room for it
_EMOJI = re.compile("[\U0001f300-\U0001faff]")
_LINK = re.compile(r"https://[^\s<]+")
_FIGURE = "https://cdn1.telesco.example/file/{}.jpg"
_FRAME = """<!DOCTYPE html>
<html>
  <head><meta charset="utf-8"><title>{title}</title>
    <meta property="og:title" content="{title}"><meta property="og:site_name" content="Telegram">{head}
    <link rel="stylesheet" href="//telegram.example/css/telegram-web.css?39">
  </head>
  <body class="no_transitions">{body}
    <script>window.matchMedia&&window.matchMedia('(prefers-color-scheme: dark)');</script>
  </body>
</html>
<!-- page generated in 23.17ms -->
"""
_PHOTO = '<a class="tgme_widget_message_photo_wrap {kind}" href="/{name}/{id}?single" style="width:{width}px;\
background-image:url(\'{url}\')"><div class="tgme_widget_message_photo" style="padding-top:75%"></div></a>'
_REPLY = '<a class="tgme_widget_message_reply" href="/{name}/{id}"><div class="tgme_widget_message_author"><span \
class="tgme_widget_message_author_name">Пресс-служба</span></div><div class="tgme_widget_message_text \
js-message_reply_text">На что отвечают</div><span class="tgme_widget_message_views">99K</span></a>'
_FORWARDED = '<div class="tgme_widget_message_forwarded_from">Forwarded from&nbsp;<a \
class="tgme_widget_message_forwarded_from_name" href="https://t.me/example">Соседнее ведомство</a></div>'
_DATE = (
    '<a class="tgme_widget_message_date" href="/{name}/{id}"><time datetime="{moment}" class="time">{clock}</time></a>'
)
_MESSAGE = '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message \
text_not_supported_wrap {kind}js-widget_message" data-post="{name}/{id}" data-view="eyJjIjot{id}">{inner}</div></div>'


class Service(NamedTuple):
    """What Telegram itself says in a channel; no post."""

    id: int
    published: int | None
    text: str


def card(truth: PageTruth, *, with_count: bool = True) -> bytes:
    """The card of a name, whether or not a channel bears it."""
    name, state = truth.page.link_name, truth.state
    if state in ("deleted", "absent"):
        return nobody(name)
    extra = f'<div class="tgme_page_extra">{_subscribers(truth)}</div>' if with_count and truth.members_count else ""
    text, action = _text(truth.description), "View in Telegram"
    if state == "restricted":
        text, extra = "This channel can’t be displayed because it violated Telegram's Terms of Service.", ""
    elif state == "private":
        action, extra = "Join Channel", ""
    preview = f'<a class="tgme_page_context_link" href="/s/{name}">Preview channel</a>' if state == "open" else ""
    tick = '<i class="verified-icon"> ✔</i>' if truth.is_verified else ""
    return _frame(escape(truth.name), (
        f'<div class="tgme_page"><div class="tgme_page_photo"><a href="tg://resolve?domain={name}">'
        f'<img class="tgme_page_photo_image" src="{_photo(truth)}"></a></div>'
        f'<div class="tgme_page_title" dir="auto"><span dir="auto">{escape(truth.name)}</span>{tick}</div>{extra}'
        + (f'<div class="tgme_page_description" dir="auto">{text}</div>' if text else "")
        + f'<div class="tgme_page_action"><a class="tgme_action_button_new">{action}</a></div>{preview}</div>'
    ))  # fmt: skip


def nobody(name: str) -> bytes:
    """The card of a name that nobody bears, or a person who does not show it."""
    return _frame(f"Telegram: Contact @{escape(name)}", (
        '<div class="tgme_page"><div class="tgme_page_additional">If you have <strong>Telegram</strong>, you can '
        f'contact <a class="tgme_username_link">@{escape(name)}</a> right away.</div></div>'
    ))  # fmt: skip


def preview(truth: PageTruth, wall: Wall, before: int | None) -> bytes:
    """A page of messages before the message `before`, the newest ones without it."""
    name = truth.page.link_name
    shown, has_more = messages(truth, wall, before)
    oldest = shown[-1].id if shown else 0
    head = f'<link rel="prev" href="/s/{name}?before={oldest}">' if has_more else ""
    link = (
        f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/{name}?before={oldest}" '
        f'class="tme_messages_more js-messages_more" data-before="{oldest}"></a></div>'
        if has_more
        else ""
    )
    written = "\n".join(_message(name, each) for each in reversed(shown))
    return _frame(escape(truth.name), (
        f'<main class="tgme_main"><section class="tgme_channel_history js-message_history">{link}{written}</section>'
        f'<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span dir="auto">'
        f'{escape(truth.name)}</span></div><div class="tgme_channel_info_counter"><span class="counter_value">'
        f'{figures.shown(truth.members_count or 0)}</span> <span class="counter_type">subscribers</span></div></div>'
        '</main>'
    ), head)  # fmt: skip


def messages(truth: PageTruth, wall: Wall, before: int | None) -> tuple[list[PostTruth | Service], bool]:
    """A page of what a channel shows on the night, the newest first, and whether there is more."""
    older = (post for post in wall.newest_first(truth.night) if before is None or post.id < before)
    posts = list(islice(older, PAGE_SIZE + 1))
    told = [] if len(posts) > PAGE_SIZE else [Service(_CREATED, None, "Channel created")]
    if wall.pinned_id and (pinned := wall.by_id(wall.pinned_id, truth.night)):
        told.append(Service(pinned.id + _PIN_AFTER_POST, pinned.published, "pinned a photo"))
    found: list[PostTruth | Service] = [*posts, *(each for each in told if before is None or each.id < before)]
    found.sort(key=lambda each: -each.id)
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _message(name: str, message: PostTruth | Service) -> str:
    moment = datetime.fromtimestamp(message.published or 0, UTC)
    told = _DATE.format(name=name, id=message.id, moment=moment.isoformat(), clock=f"{moment:%H:%M}")
    if isinstance(message, Service):
        told = told if message.published else ""
        inner = f'<div class="tgme_widget_message_text js-message_text">{message.text}</div>{told}'
        return _MESSAGE.format(kind="service_message ", name=name, id=message.id, inner=inner)
    views = "" if message.views is None else (
        f'<span class="tgme_widget_message_views">{figures.shown(message.views)}</span>'
        '<span class="copyonly"> views</span>'
    )  # fmt: skip
    inner = f'{_body(name, message)}{_reactions(message)}<div class="tgme_widget_message_info">{views}{told}</div>'
    return _MESSAGE.format(kind="", name=name, id=message.id, inner=inner)


def _body(name: str, post: PostTruth) -> str:
    parts = [_FORWARDED] if post.is_repost else []
    if post.variant % 7 == 0:
        parts.append(_REPLY.format(name=name, id=max(2, post.id - 1)))
    number = 3 if post.variant % 5 == 0 else post.variant % 2
    kind = "grouped_media_wrap" if number > 1 else ""
    photos = "".join(
        _PHOTO.format(kind=kind, name=name, id=post.id, width=800 // number, url=_FIGURE.format(post.variant + each))
        for each in range(number)
    )
    parts.append(f'<div class="tgme_widget_message_grouped_wrap">{photos}</div>' if kind else photos)
    if post.text:
        parts.append(f'<div class="tgme_widget_message_text js-message_text" dir="auto">{_text(post.text)}</div>')
    return "".join(parts)


def _reactions(post: PostTruth) -> str:
    ordinary, custom, paid = figures.reactions(post)
    emoji = '<i class="emoji" style="background-image:url(//telegram.example/img/emoji/40/31E283A3.png)"><b>1️⃣</b></i>'
    written = (
        (ordinary, f'<span class="tgme_reaction">{emoji}{{}}</span>'),
        (custom, '<span class="tgme_reaction"><tg-emoji emoji-id="5368324170671202286"></tg-emoji>{}</span>'),
        (paid, '<span class="tgme_reaction tgme_reaction_paid"><i class="icon icon-telegram-stars"></i>{}</span>'),
    )
    shown = "".join(form.format(figures.shown(count)) for count, form in written if count)
    return f'<div class="tgme_widget_message_reactions js-message_reactions">{shown}</div>' if shown else ""


def _text(text: str) -> str:
    """Text as HTML: links, line ends, emoji as pictures with the character inside."""
    written = _LINK.sub(lambda found: f'<a href="{found[0]}" target="_blank">{found[0]}</a>', escape(text))
    written = _EMOJI.sub(lambda found: f'<i class="emoji"><b>{found[0]}</b></i>', written)
    return written.replace("\n", "<br/>")


def _subscribers(truth: PageTruth) -> str:
    number = truth.members_count or 0
    space = " " if truth.page.number % 2 else "\N{NO-BREAK SPACE}"
    return f"{number:,}".replace(",", space) + (" subscriber" if number == 1 else " subscribers")


def _photo(truth: PageTruth) -> str:
    return _FIGURE.format(truth.page.number) if truth.has_avatar else "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="


def _frame(title: str, body: str, head: str = "") -> bytes:
    return _FRAME.format(title=title, head=head, body=body).encode()
