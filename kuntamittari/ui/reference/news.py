"""What is new, as a list with its feed."""

import streamlit as st

from kuntamittari.exhibits.news.entries import Entry, entries
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout

SHOWN = 12
LONGEST = 240  # letters of the text of an entry


def listed(context: PageContext) -> None:
    """Draw the newest entries with their day and what they lead to, and the way to the feed; the older ones folded."""
    t, found = context.t, entries(context.data, context.t)
    about = f"href='feed.xml?kieli={t.language}' type='application/atom+xml' hreflang='{t.language}'"
    feed = f"<a {about}>{layout.escaped(t('news.subscribe'))}</a>"
    st.header(t("news.title"))
    layout.caption(t("news.note"), feed)
    if not found:
        layout.caption(t("news.none"))
        return
    markup = items(context, found[:SHOWN])
    if older := found[SHOWN:]:
        markup += layout.fold(t("news.older", n=len(older)), items(context, older))
    st.html(markup)


def items(context: PageContext, found: list[Entry]) -> str:
    """Return entries as markup, a day before the first of it."""
    days = [one.when.date().isoformat() for one in found]
    times = [
        "" if day == before else f"<time datetime='{day}'>{layout.date_words(context, day)}</time> "
        for before, day in zip(["", *days], days, strict=False)
    ]
    rows = "".join(
        f"<li>{time}{layout.link_markup(address(context, one), layout.escaped(one.title))}"
        f"<span>{layout.escaped(one.text[:LONGEST])}{'…' if len(one.text) > LONGEST else ''}</span></li>"
        for time, one in zip(times, found, strict=True)
    )
    return f"<ul class='km-news'>{rows}</ul>"


def address(context: PageContext, one: Entry) -> str:
    """Return the address that an entry leads to, with the choices of the reader that it does not change."""
    shown = {"indicator_id": "mittari", "municipality": "kunta"}
    changes: dict[str, object] = {name: one.choices[part] for name, part in shown.items() if part in one.choices}
    if "kunta" in one.choices:
        changes |= {"area": None}
    if "vuosi" in one.choices:
        changes |= {"year": int(one.choices["vuosi"])}
    if "kirjaus" in one.choices:
        changes |= {"page_params": (("kirjaus", one.choices["kirjaus"]),)}
    return layout.href(context, one.path, **changes)
