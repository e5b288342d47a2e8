"""What has changed since the data set that a link names (`aineisto=` in the address)."""

from kuntamittari.exhibits import links, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import VINTAGE
from kuntamittari.query.figures import shortened
from kuntamittari.query.history import revisions


def shows_earlier(context: PageContext) -> bool:
    """Return whether the page shows an earlier data set, as its address asks for."""
    return context.data.snapshot is not context.in_use.snapshot


def since(context: PageContext) -> str:
    """Return in words what has changed since the data set that the address names, and which of the two the page shows;
    empty where it names that in use.

    The figure of the chosen indicator, municipality and year then and now, and how many other figures of the
    municipality have changed. Raises DataError where the table of changes cannot be read.
    """
    t, asked, newest = context.t, links.trimmed(context.address.get(VINTAGE, "")), context.in_use
    if not asked or asked == newest.snapshot.digest:
        return ""
    former = list(reversed(revisions.data_sets(newest)))
    place = next((number for number, one in enumerate(former) if one["data_version"] == asked), None)
    now = text.date(t, newest.snapshot.manifest["retrieved"])
    if place is None:
        if shows_earlier(context):
            return t("vintage.older", then=text.date(t, context.data.snapshot.manifest["retrieved"]), now=now)
        return t("vintage.unknown", digest=shortened(asked))
    since_then = {one["data_version"] for one in former[place:]}
    changed = [
        row
        for row in revisions.rows(newest).to_pylist()
        if row["data_version"] in since_then and row["municipality"] == context.selection.municipality
    ]
    changed.sort(key=lambda row: row["replaced"])
    own = [row for row in changed if (row["indicator"], row["year"]) == (context.indicator.id, context.year)]
    others = len({(row["indicator"], row["year"]) for row in changed}) - bool(own)
    name, indicator = context.name(context.selection.municipality), context.indicator
    then = text.date(t, former[place]["retrieved"])
    parts = [t("vintage.older" if shows_earlier(context) else "vintage.newer", then=then, now=now)]
    if own:
        figures = [own[0]["before"], own[-1]["after"]]
        before, after = (
            t("missing.mark") if figure is None else t.number(figure, indicator.decimals) for figure in figures
        )
        label, unit = indicator.label[t.language], indicator.unit[t.language]
        parts.append(
            t("vintage.figure", name=name, label=label, year=context.year, before=before, after=after, unit=unit)
        )
    parts.append(t("vintage.others", name=name, n=others) if others else "" if own else t("vintage.same", name=name))
    return " ".join(filter(None, parts))
