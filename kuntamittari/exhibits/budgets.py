"""How the year goes, and how budgets met the accounts: rows and sentences (docs/methods.md 22)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.catalog.statuses import PLANS
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import MINUS, Translator
from kuntamittari.query import budgets, treasury_costs
from kuntamittari.query.budgets import Period

SOURCE = "state_treasury"
Written = Callable[[Translator, float], str]
REPORTED = "reported"  # in place of a status, of figures beside the statistics (a style of charts.STYLES)
AHEAD = ("plan_1", "plan_2")  # columns of a budget for the years after its own


@dataclass(frozen=True)
class Year:
    """How a year goes in the chosen municipality: its newest period, and (indicator, row) of each item.

    The rows are those of `query.budgets.year_to_date`.
    """

    period: Period
    rows: tuple[tuple[Indicator, dict[str, Any]], ...]

    @property
    def known(self) -> list[tuple[Indicator, dict[str, Any]]]:
        """Return the items that the municipality has reported."""
        return [(indicator, row) for indicator, row in self.rows if row["to_date"] is not None]

    @property
    def preliminary(self) -> bool:
        """Return whether any figure is provisional."""
        return any(row["status"] == "preliminary" for _, row in self.rows)

    def lacks(self, column: str) -> bool:
        """Return whether no item has a figure in a column."""
        return all(row[column] is None for _, row in self.rows)


def year(context: PageContext) -> Year | None:
    """Return how the year goes: the newest period of the chosen year that the municipality has reported, or of all.

    None where parts of years are not loaded at all, or not of the municipality.
    """
    municipality = context.selection.municipality
    reports = budgets.reports(context.data, municipality)
    own = reports.own if reports.has_quarters else ()
    period = max([p for p in own if p.year == context.selection.year] or own, default=None)
    items = budgets.items_of_year(context.catalogue)
    if period is None or not items:
        return None
    group = context.group_of(next(iter(items.values())))
    rows = budgets.year_to_date(context.data, tuple(items), municipality, period, group)
    return Year(period, tuple((items[row["item"]], row) for row in rows))


def why_no_year(context: PageContext) -> str:
    """Return why `year` is None, and how to bring the figures."""
    reports = budgets.reports(context.data, context.selection.municipality)
    key = "year_so_far.not_reported" if reports.has_quarters else "year_so_far.not_loaded"
    return context.t(key, name=municipality_name(context))


def span(t: Translator, period: Period) -> str:
    """Return a period in words: January–June 2026."""
    return t(f"year_so_far.span_{period.month}", year=period.year)


def year_findings(t: Translator, shown: Year) -> list[str]:
    """Return how much of the year has gone, and how much of the budget is used or received."""
    period = shown.period
    key = "year_so_far.over" if period.whole else "year_so_far.gone"
    used = _listed(t, shown, "used", share)
    amended = not shown.lacks("budget_amended")
    of_budget = t("year_so_far.used_amended" if amended else "year_so_far.used", year=period.year, items=used)
    return [
        t(key, span=span(t, period), year=period.year, gone=t.number(period.gone)),
        of_budget if used else t("year_so_far.no_budget", year=period.year),
    ]


def year_sentences(t: Translator, shown: Year) -> list[str]:
    """Return the change from the year before, items that may be negative, and how far that year had come by then."""
    period, earlier = shown.period, span(t, shown.period.before)
    changes = _listed(t, shown, "change", change)
    sentences = [
        t("year_so_far.change", span=earlier, items=changes) if changes else t("year_so_far.no_before", span=earlier)
    ]
    for indicator, row in shown.known:
        if row["item"].endswith("+/-"):
            parts = [f"{span(t, period)} {euros(t, row['to_date'])}"]
            parts += [f"{earlier} {euros(t, row['before'])}"] if row["before"] is not None else []
            budget = row["budget"] if row["budget_amended"] is None else row["budget_amended"]
            parts += [t("year_so_far.whole_budget", euros=euros(t, budget))] if budget is not None else []
            sentences.append(f"{text.capital(indicator.label[t.language])}: {', '.join(parts)}.")
    at_the_time = _listed(t, shown, "used_before", share)
    if at_the_time and not period.whole:
        sentences.append(t("year_so_far.used_before", span=earlier, items=at_the_time))
    return sentences


def year_notes(t: Translator, shown: Year) -> list[str]:
    """Return what the figures are and are not: no forecast, preliminary, by whose residents."""
    period = shown.period
    notes = [] if period.whole else [t("year_so_far.seasons")]
    if shown.preliminary:
        notes.append(t("year_so_far.preliminary"))
    date, date_before = (f"31.12.{one.counted}" for one in (period, period.before))
    residents = "year_so_far.residents_end" if period.whole else "year_so_far.residents"
    notes.append(t("year_so_far.no_residents" if shown.lacks("persons") else residents, date=date))
    if not shown.lacks("before") and shown.lacks("persons_before"):
        notes.append(t("year_so_far.no_residents_before", date=date_before, span=span(t, period.before)))
    return notes


def _listed(t: Translator, shown: Year, figure: str, written: Written) -> str:
    """Return a figure of every item that has it."""
    return ", ".join(
        f"{indicator.label[t.language]} {written(t, row[figure])}"
        for indicator, row in shown.known
        if row[figure] is not None
    )


def _median(t: Translator, row: dict[str, Any], figure: str, written: Written) -> str:
    """Return the group's median of a figure with n; empty where too few members have it."""
    n = row[f"{figure}_n"]
    if not budgets.enough(n, row["members"]):
        return ""
    return t("year_so_far.median", median=written(t, row[f"{figure}_median"]), n=n)


def _group(t: Translator, row: dict[str, Any]) -> str:
    """Return the group's median per resident with n in brackets; the mark of a missing figure where too few have it."""
    if not budgets.enough(row["per_resident_n"], row["members"]):
        return t("missing.mark")
    return f"{t.number(row['per_resident_median'])} (n = {row['per_resident_n']})"


def share(t: Translator, value: float) -> str:
    """Return per cent of a whole."""
    return t("year_so_far.per_cent", value=t.number(value, 1))


def change(t: Translator, value: float) -> str:
    """Return per cent of change or difference, with its sign."""
    return t("year_so_far.per_cent", value=text.signed(t, value, 1))


def euros(t: Translator, value: float) -> str:
    """Return euros in millions or thousands, with the sign of a negative amount."""
    return f"{MINUS if value < 0 else ''}{text.money(t, value)}"


def year_so_far(context: PageContext) -> Exhibit | None:
    """Return the table of how the year goes; None where `year` is."""
    shown = year(context)
    return year_table(context, shown) if shown else None


def year_table(context: PageContext, shown: Year) -> Exhibit:
    """Return items with the year to date, the year before, the budgets of the whole year and the group.

    In `rows` a figure per resident is followed by its euros in brackets; `cells` have every figure as a number.
    """
    t, period = context.t, shown.period
    this, earlier = span(t, period), span(t, period.before)
    amended = not shown.lacks("budget_amended")
    heads = [
        t("year_so_far.item"),
        this,
        t("chart.group_median"),
        earlier,
        t("year_so_far.head_change"),
        t("year_so_far.head_budget", year=period.year),
        *([t("year_so_far.head_amended", year=period.year)] if amended else []),
        t("year_so_far.head_used"),
    ]

    def beside(row: dict[str, Any], figure: str, written: Written) -> str:
        if row[figure] is None:
            return t("missing.mark")
        median = _median(t, row, figure, written)
        return written(t, row[figure]) + (f" ({median})" if median else "")

    rows = []
    for indicator, row in shown.rows:
        rows.append(
            (
                text.capital(indicator.label[t.language]),
                _amount(t, row, "to_date", "per_resident"),
                _group(t, row),
                _amount(t, row, "before", "before_per_resident"),
                beside(row, "change", change),
                _amount(t, row, "budget", "budget_per_resident"),
                *([_amount(t, row, "budget_amended", "budget_amended_per_resident")] if amended else []),
                beside(row, "used", share),
            )
        )
    gone, used = year_findings(t, shown)
    return Exhibit(
        f"{municipality_name(context)}: {gone}",
        "table",
        finding=text.short(t, "so_far", name=municipality_name(context), year=period.year),
        heads=tuple(heads),
        rows=tuple(rows),
        cell_heads=(t("year_so_far.item"), t("chart.year"), t("year_so_far.period"), *YEAR_CELLS, t("table.note")),
        cells=tuple(
            (
                text.capital(indicator.label[t.language]),
                period.year,
                period.id,
                *(row[column] for column in YEAR_CELLS),
                t(f"table.status.{row['status']}") if row["status"] else None,
            )
            for indicator, row in shown.rows
        ),
        note=" ".join([used, *year_sentences(t, shown), t("year_so_far.table"), *year_notes(t, shown)]),
        source=source(context, SOURCE, "sotkanet_population"),
    )


# columns of sql/year_to_date.sql in files of figures, under their own names as in the interface
YEAR_CELLS = (
    "to_date",
    "before",
    "year_before",
    "budget",
    "budget_amended",
    "per_resident",
    "before_per_resident",
    "budget_per_resident",
    "budget_amended_per_resident",
    "change",
    "used",
    "used_before",
    "per_resident_median",
    "per_resident_n",
    "change_median",
    "change_n",
    "used_median",
    "used_n",
    "members",
)


def _amount(t: Translator, row: dict[str, Any], eur: str, per_resident: str) -> str:
    """Return a figure per resident with its euros in brackets, or the euros alone, or the mark of a missing figure."""
    if row[eur] is None:
        return t("missing.mark")
    written = euros(t, row[eur])
    return written if row[per_resident] is None else f"{t.number(row[per_resident])} ({written})"


@dataclass(frozen=True)
class PlanLine:
    """A line of plans of the chosen municipality, or of other figures beside the actual ones: its name, status, and
    year → value in the indicator's unit."""

    name: str
    status: str
    by_year: dict[int, float]


def plan_lines(context: PageContext, indicator: Indicator) -> list[PlanLine]:
    """Return the lines drawn beside the actual figures: official budgets, what the user has uploaded, and what the
    State Treasury has of years whose figures are those of the statistics.

    The official ones are the budget and the amended budget of each year, and what the newest budget plans for the years
    after its own. Plans are at the prices of each year, so there are none on another basis.
    """
    t = context.t
    if indicator.bound(context.basis) != indicator.bound():
        return []
    official: dict[str, dict[int, float]] = {}
    rows = of_indicator(context, indicator)
    newest = max((row["period"] for row in rows), default="")
    for row in rows:
        if row["value"] is not None and (row["column"] not in AHEAD or row["period"] == newest):
            official.setdefault(row["status"], {})[row["year"]] = row["value"]
    return [
        *(PlanLine(kind(t, status), status, official[status]) for status in PLANS if status in official),
        *(
            PlanLine(text.plan(t, status), status, by_year)
            for status, by_year in selected_figures.plans(context, indicator).items()
        ),
        *_beside_statistics(context, indicator),
    ]


def _beside_statistics(context: PageContext, indicator: Indicator) -> list[PlanLine]:
    """Return the State Treasury's costs of years that the statistics have as a line; none where it has no such year."""
    rows = treasury_costs.beside_statistics(context.data, indicator, (context.selection.municipality,))
    by_year = {row["year"]: row["value"] for row in rows if row["value"] is not None}
    return [PlanLine(context.t("budgets.reported"), REPORTED, by_year)] if by_year else []


def kind(t: Translator, status: str) -> str:
    """Return the name of a status as a heading: Amended budget."""
    return text.capital(t(f"table.status.{status}"))


def of_indicator(context: PageContext, indicator: Indicator) -> list[dict[str, Any]]:
    """Return the municipality's official budgets of an indicator, rows as of `query.budgets.budgets`."""
    return budgets.budgets(context.data, indicator, context.selection.municipality, context.group_of(indicator))


def are_reported(indicator: Indicator) -> bool:
    """Return whether budgets have what an indicator divides by residents."""
    return bool(budgets.items_of(indicator))


def accuracy(context: PageContext, indicator: Indicator, beside: bool = True) -> list[str]:
    """Return how far past budgets were from the accounts; or that this is not known, and why.

    `beside`: each difference with the group's median.
    """
    t, rows = context.t, of_indicator(context, indicator)
    label = text.capital(indicator.label[t.language])
    if not rows:
        return [t("budgets.not_loaded", name=municipality_name(context))]
    sentences = []
    for status in ("budget", "budget_amended"):
        of_status = [row for row in rows if row["status"] == status and row["difference"] is not None]
        if of_status:
            years = "; ".join(f"{row['year']}: {_difference(t, row, beside)}" for row in of_status)
            sentences.append(t("budgets.accuracy", label=label, kind=t(f"table.status.{status}"), years=years))
    if not sentences:
        sentences.append(t("budgets.no_pair", label=label, name=municipality_name(context)))
    without = sorted({row["year"] for row in rows if row["persons"] is None})
    if without:
        sentences.append(t("budgets.no_residents", years=text.spans(without)))
    return sentences


def _difference(t: Translator, row: dict[str, Any], beside: bool) -> str:
    """Return the difference of a budget from the actual in per cent, if asked with the group's median if it has one."""
    written = change(t, row["difference"])
    if not (beside and budgets.enough(row["n"], row["members"])):
        return written
    median = change(t, row["median_difference"])
    return f"{written} ({t('year_so_far.median', median=median, n=row['n'])})"


def against_accounts(context: PageContext) -> Exhibit | None:
    """Return the table of the budgets and plans of the chosen indicator beside the accounts; None without any.

    Those that can be compared, and the newest budget; older plans of years to come are past.
    """
    t, indicator = context.t, context.indicator
    every = of_indicator(context, indicator)
    newest = max((row["period"] for row in every), default="")
    rows = [row for row in every if row["difference"] is not None or row["period"] == newest]
    if not rows:
        return None
    unit = indicator.unit[t.language]
    finding, *others = accuracy(context, indicator, beside=False)
    heads = (
        t("chart.year"),
        t("budgets.kind"),
        t("table.euros"),
        unit,
        t("budgets.actual"),
        t("budgets.difference"),
        t("budgets.median"),
    )
    mark = t("missing.mark")
    words = [
        (
            str(row["year"]),
            made(t, row),
            euros(t, row["eur"]),
            mark if row["value"] is None else t.number(row["value"], indicator.decimals),
            mark if row["actual"] is None else euros(t, row["actual"]),
            mark if row["difference"] is None else change(t, row["difference"]),
            _group_difference(t, row),
        )
        for row in rows
    ]
    columns = ("eur", "value", "actual", "difference", "median_difference", "n", "members")
    return Exhibit(
        finding,
        "table",
        heads=heads,
        rows=tuple(words),
        cell_heads=(t("chart.year"), t("budgets.kind"), *columns),
        cells=tuple((row["year"], made(t, row), *(row[column] for column in columns)) for row in rows),
        note=" ".join([*others, t("budgets.table")]),
        source=source(context, indicator, SOURCE),
        finding=text.short(t, "budgets", name=municipality_name(context), label=indicator.label[t.language]),
    )


def made(t: Translator, row: dict[str, Any]) -> str:
    """Return what a row of a budget is; of a plan also in which year's budget it stands."""
    name = kind(t, row["status"])
    return t("budgets.made", kind=name, year=row["period"]) if row["column"] in AHEAD else name


def _group_difference(t: Translator, row: dict[str, Any]) -> str:
    if not budgets.enough(row["n"], row["members"]):
        return t("missing.mark")
    value = change(t, row["median_difference"])
    return f"{value} (n = {row['n']})"
