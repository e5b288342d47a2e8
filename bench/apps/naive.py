"""The comparison page as a first version would be: files read and charts built in every run."""

import os
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st

folder = Path(os.environ["KUNTAMITTARI_DATA"])
costs, residents = pd.read_parquet(folder / "finance.parquet"), pd.read_parquet(folder / "population.parquet")
register = pd.read_parquet(folder / "municipality.parquet")
names: dict[str, str] = dict(zip(register.code, register.name_fi, strict=True))

st.title("Costs per resident")
with st.sidebar:
    chosen = st.selectbox("Municipality", sorted(names), format_func=names.__getitem__)
    year = st.selectbox("Year", sorted(costs.year.unique(), reverse=True))
task = st.selectbox("Task", sorted(costs.task_class.unique()))
others = st.multiselect("Compared with", sorted(names), format_func=names.__getitem__)

persons = (
    residents[(residents.age_from == 0) & (residents.age_to == 120)]
    .groupby(["municipality", "year"], as_index=False)
    .persons.sum()
)
figures = costs[costs.task_class == task].merge(persons, on=["municipality", "year"])
figures["value"] = figures.eur / figures.persons
figures["name"] = figures.municipality.map(names)
figures["role"] = figures.municipality.map(
    lambda code: "chosen" if code == chosen else "compared" if code in others else "other"
)
now = figures[figures.year == year].copy()
now["rank"] = now.value.rank(method="min").astype("Int64")
median = now.value.median()
mine = now[now.municipality == chosen]
if len(mine):
    value, rank = mine.value.iloc[0], mine["rank"].iloc[0]
    st.markdown(f"{names[chosen]}: {value:,.0f} € per resident, median {median:,.0f} €, rank {rank} of {len(now)}.")

bars = (
    alt.Chart(now)
    .mark_bar()
    .encode(
        x=alt.X("name:N", sort="y", axis=alt.Axis(labels=False)),
        y="value:Q",
        color="role:N",
        tooltip=["name", "value", "rank"],
    )
)
st.altair_chart(bars + alt.Chart(pd.DataFrame({"median": [median]})).mark_rule().encode(y="median:Q"))
lines = figures[figures.municipality.isin([chosen, *others])][["name", "year", "value"]]
group = figures.groupby("year", as_index=False).value.median().assign(name="Median")
st.altair_chart(
    alt.Chart(pd.concat([lines, group])).mark_line(point=True).encode(x="year:O", y="value:Q", color="name:N")
)
st.dataframe(now.sort_values("rank")[["rank", "name", "value", "eur", "persons"]], hide_index=True)
