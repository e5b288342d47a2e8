"""A document as HTML: semantic, with its style in it, and without scripts."""

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape

from kuntamittari import settings
from kuntamittari.exhibits import text, vector
from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.query_state import BARE
from kuntamittari.exhibits.vector import sheet
from kuntamittari.exhibits.views import vintage
from kuntamittari.web.documents import prose
from kuntamittari.web.documents.model import DECK, Document

# the widths in pixels of the content for which a picture is drawn; style.css shows one of them
WIDTHS = {"wide": 1152, "middle": 704, "narrow": 358}
STYLE = (settings.PACKAGE / "web" / "documents" / "style.css").read_text("utf-8")


@cache
def style() -> str:
    """Return the style of every document, with the colours of pictures in both themes."""
    dark = f"@media screen and (prefers-color-scheme:dark){{{sheet.style('dark')}}}"
    lines = (line.strip() for line in STYLE.splitlines() if not line.startswith("/*"))
    return "".join(lines) + sheet.style("light") + dark


def body(document: Document) -> str:
    """Return the content of a document between its navigation and its footer."""
    return f"{_bar(document)}{_places(document)}{article(document)}{_footer(document)}"


def article(document: Document) -> str:
    """Return what a document says: its head and its exhibits."""
    head, context = document.head, document.context
    notices = "".join(f"<li>{escape(notice)}</li>" for notice in context.notices)
    parts = [f"<h1>{escape(head.title)}</h1>"]
    parts += [f'<p class="km-d-finding">{escape(finding)}</p>' for finding in head.findings]
    parts += [f"<p>{escape(head.lead)}</p>"] if head.lead else []
    changed = vintage.since(context)
    if changed:
        to_newest = f'<a href="{escape(document.link())}">{escape(context.t("vintage.newest"))}</a>'
        way_on = to_newest if vintage.shows_earlier(context) else ""
        parts.append(f'<p class="km-d-notices">{escape(changed)} {way_on}</p>')
    parts += [f'<ul class="km-d-notices">{notices}</ul>'] if notices else []
    room = f'<div class="km-d-room">{_chosen(document)}</div>'
    parts += [room] if document.query_of_form != BARE else []
    exhibits = [_section(document, number, one) for number, one in enumerate(document.exhibits)]
    parts.append(prose.of_page(context, document.path))
    parts.append(f'<div class="km-d-exhibits">{"".join(exhibits)}</div>')
    kind = f"km-d-{document.path or 'front'}"
    return f'<main class="{kind}">{"".join(parts)}</main>'


def _bar(document: Document) -> str:
    """Return the bar: the name of the service, what is chosen, and the other languages."""
    t, context = document.t, document.context
    languages = []
    for code in document.languages:
        name = escape(t(f"language.{code}"))
        if code == t.language:
            languages.append(f'<strong lang="{code}">{name}</strong>')
        else:
            to = escape(document.link(language=code))
            languages.append(f'<a href="{to}" lang="{code}" hreflang="{code}">{name}</a>')
    home = escape(document.link(""))
    place = escape(context.name(context.selection.municipality))
    group = escape(text.capital(context.chosen_group()))
    return (
        f'<header class="km-d-bar"><a class="km-d-brand" href="{home}">{escape(t("app.name"))}</a>'
        f'<span class="km-d-what"><b>{place}</b> <span>· {group}</span></span>'
        f'<nav class="km-d-languages" aria-label="{escape(t("language.label"))}">{" ".join(languages)}</nav></header>'
    )


def _places(document: Document) -> str:
    """Return the navigation: the five places, and the pages of the one where this document is."""
    t, parts, beside = document.t, [], ""
    for title, pages in document.places:
        here = any(path == document.path for path, _ in pages)
        mark = ' aria-current="true"' if here else ""
        parts.append(f'<li><a href="{escape(document.link(pages[0][0]))}"{mark}>{escape(t(title))}</a></li>')
        if here and len(pages) > 1:
            beside = "".join(
                f'<li><a href="{escape(document.link(path))}"{_current(path == document.path)}>'
                f"{escape(t(name))}</a></li>"
                for path, name in pages
            )
    label = escape(t("nav.label"))
    beside = f'<ul class="km-d-pages">{beside}</ul>' if beside else ""
    return f'<nav class="km-d-places" aria-label="{label}"><ul>{"".join(parts)}</ul>{beside}</nav>'


def _current(here: bool) -> str:
    return ' aria-current="page"' if here else ""


def _chosen(document: Document) -> str:
    """Return the links to the other views and the other years beside the one shown."""
    t = document.t
    years = [(str(year), {"vuosi": str(year)}, year == document.context.year) for year in document.years]
    listed = {"card.view": document.views, "choice.year": years}
    return "".join(
        f"<p>{escape(t(key))}</p><ul>{''.join(_way(document, *one) for one in ways)}</ul>"
        for key, ways in listed.items()
        if ways
    )


def _way(document: Document, name: str, changes: Mapping[str, str], shown: bool) -> str:
    if shown:
        return f"<li><strong>{escape(name)}</strong></li>"
    return f'<li><a href="{escape(document.link(**changes))}">{escape(name)}</a></li>'


def _section(document: Document, number: int, exhibit: Exhibit) -> str:
    """Return an exhibit: heading, sentence, picture, table, note and source."""
    t = document.t
    said = "" if exhibit.title in (exhibit.headline, *document.head.findings) else f"<p>{escape(exhibit.title)}</p>"
    unit = subtitle(exhibit, t)
    unit = f'<p class="km-d-quiet">{escape(text.capital(unit))}</p>' if unit else ""
    heads, rows = table_of(exhibit, t)
    if exhibit.kind == "map":
        heads, rows = _of_map(exhibit, document)
    pictured = exhibit.kind != "table"
    table = _table(exhibit.headline, heads, rows) if rows else ""
    if pictured and table:
        table = f"<details><summary>{escape(t('chart.as_table'))}</summary>{table}</details>"
    file = document.figures_file(number)
    if file and table:
        table += f'<p class="km-d-quiet"><a href="{escape(file)}">{escape(t("document.file"))}</a></p>'
    below = "".join(f'<p class="km-d-quiet">{escape(words)}</p>' for words in (exhibit.note, exhibit.source) if words)
    picture = _pictures(exhibit, document) if pictured else ""
    return (
        f'<section aria-labelledby="km-d-{number}"><h2 id="km-d-{number}">{escape(exhibit.headline)}</h2>'
        f"{said}{unit}{picture}{table}{below}</section>"
    )


def _of_map(exhibit: Exhibit, document: Document) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the figures of a map as a table, without the municipalities that have none."""
    assert exhibit.series is not None
    t, [(head, values)] = document.t, exhibit.series.items()
    known = [(name, value) for name, value in zip(exhibit.categories, values, strict=True) if value is not None]
    rows = tuple((name, t.number(value, exhibit.decimals)) for name, value in sorted(known, key=lambda row: row[1]))
    return (t("chart.municipality"), head), rows


def _pictures(exhibit: Exhibit, document: Document) -> str:
    """Return a picture for each width, of which one is shown and heard; of a map one for all."""
    name = escape(f"{exhibit.headline}. {document.t('document.picture')}")
    if exhibit.kind == "map":
        drawn = vector.picture(exhibit, document.t, WIDTHS["middle"])
        return f"<figure>{drawn.markup(_named(name, 'km-d-map'))}</figure>"
    widths = {"narrow": WIDTHS["narrow"]} if not document.path else WIDTHS
    drawings = "".join(
        vector.picture(exhibit, document.t, width).markup(
            _named(name, f"km-d-{kind}" if document.path else "km-d-only")
        )
        for kind, width in widths.items()
    )
    return f"<figure>{drawings}</figure>"


def _named(name: str, kind: str) -> str:
    return f' role="img" aria-label="{name}" class="{kind}"'


def _table(caption: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    label = escape(caption)
    return (
        f'<div class="km-d-scroll" role="region" tabindex="0" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _footer(document: Document) -> str:
    """Return the ways on, and which data these are."""
    t, context = document.t, document.context
    manifest, invented = context.data.snapshot.manifest, context.data.snapshot.invented
    line = t(
        "invented.footer" if invented else "footer.vintage",
        date=text.date(t, manifest["retrieved"]),
        division=manifest["division_year"],
    )
    pages = "".join(
        f'<li><a href="{escape(document.link(path))}">{escape(t(name))}</a></li>'
        for _, of_place in document.places
        for path, name in of_place
    )
    others = "".join(
        f'<li><a href="{escape(document.link(kunta=code, alue=""))}">{escape(context.name(code))}</a></li>'
        for code in document.others
    )
    indicators = "".join(
        f'<li><a href="{escape(document.link(mittari=one.id))}">{escape(text.capital(one.label[t.language]))}</a></li>'
        for one in document.indicators
        if one.id != context.indicator.id
    )
    listed = {"document.pages": pages, "document.indicators": indicators, "document.others": others}
    if document.path == DECK:
        del listed["document.others"]
    ways = "".join(f"<h2>{escape(t(key))}</h2><ul>{links}</ul>" for key, links in listed.items() if links)
    return (
        f'<footer><nav aria-label="{escape(t("document.pages"))}">{ways}</nav>'
        f'<p class="km-d-quiet">{escape(line)}</p></footer>'
    )
