"""What has changed since the data set that a link names (`aineisto=` in the address)."""

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import shortened
from kuntamittari.query.history import revisions

VINTAGE = "aineisto"


def since(context: PageContext) -> str:
    """Return in words what has changed since the data set that the address names; empty where it names that in use.

    The figure of the chosen indicator, municipality and year then and now, and how many other figures of the
    municipality have changed. Raises DataError where the table of changes cannot be read.
    """
    t, asked, snapshot = context.t, context.address.get(VINTAGE, "").strip(), context.data.snapshot
    if not asked or asked == snapshot.digest:
        return ""
    former = list(reversed(revisions.data_sets(context.data)))
    place = next((number for number, one in enumerate(former) if one["data_version"] == asked), None)
    if place is None:
        return t("vintage.unknown", digest=shortened(asked))
    since_then = {one["data_version"] for one in former[place:]}
    changed = [
        row
        for row in revisions.rows(context.data).to_pylist()
        if row["data_version"] in since_then and row["municipality"] == context.selection.municipality
    ]
    changed.sort(key=lambda row: row["replaced"])
    dates = {
        "then": text.date(t, former[place]["retrieved"]),
        "now": text.date(t, snapshot.manifest["retrieved"]),
    }
    own = [row for row in changed if (row["indicator"], row["year"]) == (context.indicator.id, context.year)]
    others = len({(row["indicator"], row["year"]) for row in changed}) - bool(own)
    name, indicator = context.name(context.selection.municipality), context.indicator
    parts = [t("vintage.newer", **dates)]
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
