"""Every indicator that has figures, computed a second time from the published files in plain pandas, without our SQL,
our importer or the replay server."""

from collections.abc import Callable
from functools import cache

import pandas as pd

from tests.support.material import shared

CARE = [
    "Kotihoito",
    "Ikääntyneiden laitoshoito",
    "Ikääntyneiden ympärivuorokautisen hoivan asumispalvelut",
    "Muut ikääntyneiden palvelut",
]
CHILD_WELFARE = [
    "Lastensuojelun laitos- ja perhehoito",
    "Lastensuojelun avohuoltopalvelut",
    "Muut lasten ja perheiden avopalvelut",
]
CHILDREN = ["Varhaiskasvatus", "Esiopetus", "Perusopetus", "Lukiokoulutus", "Nuorisotoiminta", *CHILD_WELFARE]
CULTURE = [
    "Museo- ja näyttelytoiminta",
    "Teatteri-, tanssi- ja sirkustoiminta",
    "Musiikkitoiminta",
    "Muu kulttuuritoiminta",
]
TECHNICAL = [
    "Liikenneväylät",
    "Puistot ja yleiset alueet",
    "Yhdyskuntasuunnittelu",
    "Rakennusvalvonta",
    "Ympäristön huolto",
]
DISABILITY = [
    "Vammaisten laitoshoito",
    "Vammaisten ympärivuorokautisen hoivan asumispalvelut",
    "Muut vammaisten palvelut",
]
HEALTH = ["Perusterveydenhuollon avohoito", "Perusterveydenhuollon vuodeosastohoito", "Suun terveydenhuolto"]
LENDERS = [
    "bonds",
    "loans from financial institutions and insurance companies",
    "loans from general government",
    "loans from other creditors",
]
ADVANCES = ["Long-term advances received", "Short-term advances received"]
ALL_COSTS = ["Käyttötalous yhteensä"]
EVERYBODY, NOT_ORGANISED = (0, 120), True
NET_COST = "{}toiminta yhteensä, nettokäyttökustannukset, euroa/asukas"
COSTS_PER_HEAD: dict[str, tuple[list[str], tuple[int, int]] | tuple[list[str], tuple[int, int], bool]] = {
    "early_childhood_cost_per_1_6": (["Varhaiskasvatus"], (1, 6)),
    "pre_primary_cost_per_6": (["Esiopetus"], (6, 6), NOT_ORGANISED),
    "basic_education_cost_per_7_15": (["Perusopetus"], (7, 15)),
    "upper_secondary_cost_per_16_18": (["Lukiokoulutus"], (16, 18), NOT_ORGANISED),
    "library_cost_per_resident": (["Kirjastotoiminta"], EVERYBODY),
    "sports_cost_per_resident": (["Liikunta ja ulkoilu"], EVERYBODY),
    "youth_work_cost_per_resident": (["Nuorisotoiminta"], EVERYBODY),
    "culture_cost_per_resident": (CULTURE, EVERYBODY),
    "adult_education_cost_per_resident": (["Kansalaisopistojen vapaa sivistystyö"], EVERYBODY, NOT_ORGANISED),
    "elderly_care_cost_per_65": (CARE, (65, 120)),
    "elderly_care_cost_per_75": (CARE, (75, 120)),
    "child_welfare_cost_per_0_17": (CHILD_WELFARE, (0, 17)),
    "primary_care_cost_per_resident": (HEALTH, EVERYBODY),
    "specialised_care_cost_per_resident": (["Erikoissairaanhoito"], EVERYBODY),
    "disability_cost_per_resident": (DISABILITY, EVERYBODY),
    "technical_cost_per_resident": (TECHNICAL, EVERYBODY),
    "administration_cost_per_resident": (["Yleishallinto"], EVERYBODY),
    "support_services_cost_per_resident": (["Tukipalvelut"], EVERYBODY),
    "elderly_services_cost_per_65": (CARE, (65, 120)),
    "operating_cost_per_resident": (ALL_COSTS, EVERYBODY),
}


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(
        shared("sources") / name, dtype={"municipality": str, "old_code": str, "new_code": str, "code": str}
    )


@cache
def successors() -> dict[str, str]:
    ended = dict(zip(*(published("mergers.csv")[column] for column in ("old_code", "new_code")), strict=True))
    return {old: ended.get(new, new) for old, new in ended.items()}


@cache
def mainland() -> list[str]:
    register = published("municipalities_2026.csv")
    return sorted(register.loc[register["region_code"].astype(int) != 21, "code"])


def present(long: pd.DataFrame, what: str, value: str) -> pd.DataFrame:
    """Rows (municipality of 2026, or MA1; year), one column a figure; a part that is missing leaves its whole
    missing."""
    wide = long.pivot(index=["municipality", "year"], columns=what, values=value).reset_index("municipality")
    wide["municipality"] = wide["municipality"].replace(successors())
    by_place = wide.groupby(["municipality", "year"]).agg(lambda part: part.sum(skipna=False))
    whole = (
        by_place[by_place.index.get_level_values("municipality").isin(mainland())]
        .groupby("year")
        .agg(lambda part: part.sum(skipna=False))
    )
    complete = by_place[by_place.index.get_level_values("municipality").isin(mainland())].groupby(
        "year"
    ).count() == len(mainland())
    whole = whole.where(complete)
    whole.index = pd.MultiIndex.from_product([["MA1"], whole.index], names=["municipality", "year"])
    return pd.concat([by_place, whole])


@cache
def costs() -> pd.DataFrame:
    long = published("net_operating_costs.csv.gz").replace({"function_fi": {"Lasten päivähoito": "Varhaiskasvatus"}})
    return present(long, "function_fi", "eur")


@cache
def statements() -> pd.DataFrame:
    return present(published("financial_statements.csv.gz").dropna(subset="eur"), "item_en", "eur")


@cache
def prices() -> pd.Series:
    index = published("price_index.csv")
    return index[index["series"] == "jmhi_11m2"].set_index("year")["index_2015_100"]


@cache
def outcomes() -> pd.DataFrame:
    long = published("sotkanet_outcomes.csv.gz")
    first = long["indicator"].map({127: 2008}).fillna(2010)  # residents begin with the published economy
    long = long[(long["gender"] == "total") & (long["year"] >= first)]
    kinds = {
        (127, "value"): "residents",
        (191, "absValue"): "placed",
        (228, "absValue"): "low_income",
        (423, "absValue"): "assisted",
        (179, "absValue"): "families",
    }
    long = long.assign(what=[kinds.get(key) for key in zip(long["indicator"], long["measure"], strict=True)]).dropna(
        subset="what"
    )
    return present(long, "what", "value")


@cache
def key_figures() -> pd.DataFrame:
    """Figures by the division of 2021; later editions have the same ones of these years."""
    long = published("key_figures_2000_2021.csv.gz")
    return long[long["year"] >= 2008].pivot(index=["municipality", "year"], columns="indicator_fi", values="value")


def rate(name: str) -> pd.Series:
    """A published rate where no merger after 2021 has moved the borders; the mainland has none."""
    return key_figures()[name].drop(labels={"588", "507"}, level="municipality")


def published_per_resident(name: str) -> pd.Series:
    """A published rate as euros, added up over mergers and the mainland, and divided by residents again."""
    euros = (key_figures()[name] * key_figures()["Väkiluku"]).round().rename("eur").dropna()
    return present(euros.reset_index().assign(what="eur"), "what", "eur")["eur"] / persons(*EVERYBODY)


def with_published(own: pd.Series, name: str) -> pd.Series:
    """Own figures, and the published ones of the years without any."""
    rest = published_per_resident(name)
    years = own.dropna().index.get_level_values("year").unique()
    return pd.concat([own, rest[~rest.index.get_level_values("year").isin(years)]])


@cache
def persons(first: int, last: int) -> pd.Series:
    if (first, last) == EVERYBODY:
        return outcomes()["residents"]
    if last <= 18:
        ages = published("population_age_0_18.csv.gz")
        ages = ages[ages["year"] >= 2010].astype({"age": str})
        return present(ages, "age", "persons")[[str(age) for age in range(first, last + 1)]].sum(axis=1, skipna=False)
    paavo = published("paavo_2018.csv").assign(year=2018)
    bands = [
        c
        for c in paavo
        if c.endswith("(HE)") and (c.startswith("85 ") or (c[:2].isdecimal() and first <= int(c[:2]) < 85))
    ]
    exact = paavo.assign(persons=paavo[bands].sum(axis=1), what="persons")
    exact_by_place = present(exact, "what", "persons")["persons"]
    if first != 65:
        return exact_by_place
    share = key_figures()
    rough = (
        (share["Yli 64-vuotiaiden osuus väestöstä, %"] * share["Väkiluku"] / 100)
        .rename("persons")
        .reset_index()
        .assign(what="persons")
    )
    rough_by_place = present(rough.dropna(), "what", "persons")["persons"]
    return exact_by_place.combine_first(rough_by_place)


def total(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    return frame[columns].sum(axis=1, skipna=False)


def cost_per_head(classes: list[str], ages: tuple[int, int], not_organised: bool = False) -> pd.Series:
    cost = total(costs(), classes)
    return (cost.mask(cost == 0) if not_organised else cost) / persons(*ages)


def children() -> pd.Series:
    """Without the municipalities that do not organise a school themselves: their nothing is no cheap service
    (docs/methods.md 2)."""
    schools = [total(costs(), [name]) for name in ("Esiopetus", "Lukiokoulutus")]
    cost = total(costs(), CHILDREN)
    return cost.mask((schools[0] == 0) | (schools[1] == 0)) / persons(0, 17)


def real(classes: list[str]) -> pd.Series:
    cost = total(costs(), classes)
    return cost / cost.index.get_level_values("year").map(prices())


def real_growth() -> pd.Series:
    by_year = real(ALL_COSTS).unstack("year")
    return (100 * (by_year / by_year.shift(axis=1) - 1)).stack()


def productivity(ages: tuple[int, int], classes: list[str], base: int) -> pd.Series:
    heads, cost = persons(*ages).unstack("year"), real(classes).unstack("year")
    heads, cost = heads.where(heads > 0), cost.where(cost > 0)
    return (100 * heads.div(heads[base], axis=0) / cost.div(cost[base], axis=0)).stack()


def statement_share(above: list[str], less_above: list[str], below: list[str], less_below: list[str]) -> pd.Series:
    upper = total(statements(), above) - (total(statements(), less_above) if less_above else 0)
    lower = total(statements(), below) - (total(statements(), less_below) if less_below else 0)
    return 100 * upper / lower.where(lower != 0)


def per_resident(items: list[str]) -> pd.Series:
    return total(statements(), items) / persons(*EVERYBODY)


SECOND_WAY: dict[str, Callable[[], pd.Series]] = {
    **{name: (lambda parts=parts: cost_per_head(*parts)) for name, parts in COSTS_PER_HEAD.items()},
    "children_services_cost_per_0_17": children,
    "operating_cost_real_growth": real_growth,
    "education_culture_cost_per_resident": lambda: with_published(
        cost_per_head(["Opetus- ja kulttuuritoiminta yhteensä"], EVERYBODY), NET_COST.format("Opetus- ja kulttuuri")
    ),
    "social_health_cost_per_resident": lambda: with_published(
        cost_per_head(["Sosiaali- ja terveystoiminta yhteensä"], EVERYBODY), NET_COST.format("Sosiaali- ja terveys")
    ),
    "annual_margin_per_resident": lambda: with_published(
        per_resident(["Annual contribution margin +/-"]), "Vuosikate, euroa/asukas"
    ),
    "annual_result_per_resident": lambda: per_resident(["Financial result for the accounting period +/-"]),
    "annual_surplus_per_resident": lambda: per_resident(["Surplus/ deficit for the accounting period +/-"]),
    "annual_margin_of_depreciation": lambda: statement_share(
        ["Annual contribution margin +/-"], [], ["Depreciations and reduction in value"], []
    ),
    "loans_per_resident": lambda: with_published(
        per_resident([f"{term} {lender}" for term in ("Long-term", "Short-term") for lender in LENDERS]),
        "Lainakanta, euroa/asukas",
    ),
    "relative_indebtedness": lambda: statement_share(
        ["Liabilities"],
        ADVANCES,
        ["Operating revenue total", "Tax revenue", "Central government transfers to local government"],
        [],
    ),
    "equity_ratio": lambda: statement_share(
        ["Capital and reserves", "Deprecation difference and voluntary provisions"], [], ["Assets total"], ADVANCES
    ),
    "balance_sheet_per_resident": lambda: per_resident(["Assets total"]),
    "tax_revenue_per_resident": lambda: per_resident(["Tax revenue"]),
    "operating_expenses_per_resident": lambda: per_resident(["Operating expenses total"]),
    "staff_cost_per_resident": lambda: per_resident(["Personnel expenses"]),
    "purchased_services_per_resident": lambda: per_resident(["Purchases of services"]),
    "goods_cost_per_resident": lambda: per_resident(["Materials, supplies and goods"]),
    "grants_paid_per_resident": lambda: per_resident(["Allowances and grants"]),
    "other_expenses_per_resident": lambda: per_resident(["Other operating expenses"]),
    "operating_income_per_resident": lambda: per_resident(["Operating revenue total"]),
    "state_transfers_per_resident": lambda: per_resident(["Central government transfers to local government"]),
    "investment_per_resident": lambda: per_resident(["Investment expenses"]),
    "group_loans_per_resident": lambda: published_per_resident("Konsernin lainakanta, euroa/asukas"),
    "tertiary_education_share": lambda: rate("Korkea-asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %"),
    "secondary_education_share": lambda: rate(
        "Vähintään toisen asteen tutkinnon suorittaneiden osuus 15 vuotta täyttäneistä, %"
    ),
    "unemployment_rate": lambda: unemployment(),
    "children_placed_outside_home": lambda: 100 * outcomes()["placed"] / persons(0, 17),
    "child_low_income": lambda: 100 * outcomes()["low_income"] / persons(0, 17),
    "social_assistance_children": lambda: 100 * outcomes()["assisted"] / outcomes()["families"],
    "basic_education_productivity": lambda: productivity((7, 15), ["Perusopetus"], 2015),
    # 2015 lies before the break of the task class, and is not compared with the base year after it
    "early_childhood_productivity": lambda: productivity((1, 6), ["Varhaiskasvatus"], 2016).drop(2015, level="year"),
    "upper_secondary_productivity": lambda: productivity((16, 18), ["Lukiokoulutus"], 2015),
    "elderly_care_productivity": lambda: productivity((65, 120), CARE, 2015),
}


def unemployment() -> pd.Series:
    long = published("sotkanet_outcomes.csv.gz")
    long = long[
        (long["indicator"] == 181) & (long["measure"] == "value") & (long["gender"] == "total") & (long["year"] >= 2010)
    ]
    return long.set_index(["municipality", "year"])["value"].drop(labels={"588", "507"}, level="municipality")
