"""Take the figures of earlier years over from the data in use, so that an update need only ask for what is newer."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kuntamittari.catalog import measures
from kuntamittari.errors import DataError
from kuntamittari.etl import raw
from kuntamittari.etl.order import Order
from kuntamittari.etl.publish import Tables
from kuntamittari.etl.sources import classification
from kuntamittari.etl.writer import write_table
from kuntamittari.query.snapshot import MODELS, MODELS_SCHEMA, Snapshot, open_snapshot

BY_YEAR = ("finance", "statement", "activity", "population")  # the other tables are small, or replaced as a whole
REPORTS = ("cells", "missing_cells")  # of the State Treasury, which a data set may lack
SIZES = ["residents", "largest_20", "size_class"]
INTERFACES = ("official", "replica")  # the weaker last: a data set is what the weakest of its parts is


@dataclass(frozen=True)
class Earlier:
    """The data in use, whose figures of the years before `since` are kept."""

    snapshot: Snapshot
    since: int

    def sized(self, register: pd.DataFrame) -> pd.DataFrame:
        """Return a register with the sizes that its municipalities have in the data in use."""
        return register.join(self._table("municipality").set_index("code")[SIZES], on="code")

    def completed(self, tables: Tables) -> Tables:
        """Return newer tables with the figures of earlier years, and with all figures of optional sources that failed
        now."""
        before, activity = self.snapshot.manifest, self._table("activity")
        source = activity["measure"].map(measures.source)
        read = {*source, *before.get("read", {})}
        failed = {absent: reason for absent, reason in tables.absent.items() if absent in read}
        frames = dict(tables.frames)
        for name in BY_YEAR:
            kept, newer = self._table(name), tables.frames[name]
            stays = kept["year"] < self.since
            if name == "activity":
                stays |= source.isin(failed)
            if name == "population" and failed:
                stays |= ~kept["year"].isin(newer["year"])
            parts = [kept[stays], newer[newer["year"] >= self.since]]
            frames[name] = pd.concat([part for part in parts if len(part)], ignore_index=True)
        for name in REPORTS:
            if self.snapshot.has(name):
                frames[name] = self._reports(name, frames)
        return replace(
            tables,
            frames=frames,
            absent={absent: reason for absent, reason in tables.absent.items() if absent not in failed},
            older=tables.older
            | {absent: {"reason": reason, "retrieved": self._retrieved(absent)} for absent, reason in failed.items()},
            origin=replace(
                tables.origin, interface=max(tables.origin.interface, before["interface"], key=INTERFACES.index)
            ),
            left_out=self._left_out(tables.left_out),
            read=self._read(tables.read),
        )

    def signed(self, manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
        """Return the manifest of completed tables with what was taken over and when that was retrieved.

        The raw answers of the last whole update stay what `--from-raw` computes from; those since then are put beside
        them in the folder of the new files.
        """
        before = self.snapshot.manifest
        whole = before.get("raw", {"path": raw.FOLDER, "answers": {}})
        whole = {"retrieved": before["retrieved"], "ordered": before.get("ordered", before["years"])} | whole
        later = before.get("raw_later", {"path": raw.LATER, "answers": {}})
        newer = manifest.get("raw", {"answers": {}})["answers"]
        if newer:
            (folder / raw.FOLDER).rename(folder / raw.LATER)
        for name, entry in ((raw.FOLDER, whole), (raw.LATER, later)):
            kept = self.snapshot.directory / entry["path"]
            if kept.is_dir():
                shutil.copytree(kept, folder / name, dirs_exist_ok=True)
        answers = {
            source: [*later["answers"].get(source, []), *newer.get(source, [])]
            for source in {**later["answers"], **newer}
        }
        taken = [one for one in before.get("earlier", []) if one["before"] < self.since]
        return manifest | {
            "ordered": sorted({*whole["ordered"], *before.get("ordered", []), *manifest["years"]}),
            "earlier": [*taken, {"before": self.since, "retrieved": before["retrieved"][:10]}],
            "size_year": before.get("size_year", manifest["size_year"]),
            "raw": whole | {"path": raw.FOLDER},
            "raw_later": {"path": raw.LATER, "answers": answers},
        }

    def with_models(self, manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
        """Return the manifest with the models of the data in use, which are copied into the folder; a part of the
        country cannot renew them. Without any, with a table of none."""
        before = self.snapshot.manifest["files"].get(MODELS)
        path = folder / f"{MODELS}.parquet"
        if before is None:
            empty = write_table(pd.DataFrame(columns=MODELS_SCHEMA.names), MODELS, path)
            entry = {**empty, "definitions": {}, "retrieved": manifest["retrieved"][:10], "sources": []}
        else:
            shutil.copyfile(self.snapshot.path(MODELS), path)
            entry = dict(before)
        manifest["files"][MODELS] = entry | {"path": path.name}
        return manifest

    def _table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.snapshot.path(name))

    def _reports(self, name: str, newer: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return a table of the State Treasury's reports with those of earlier years and of packages that are not among
        the newer ones; all as they were where none are newer."""
        kept = self._table(name)
        if name not in newer:
            return kept
        stays = (kept["period"].str[:4].astype(int) < self.since) | ~kept["package"].isin(newer["cells"]["package"])
        return pd.concat([kept[stays], newer[name]], ignore_index=True)

    def _retrieved(self, source: str) -> str:
        before = self.snapshot.manifest
        return str(before.get("read", {}).get(source, {}).get("retrieved", before["retrieved"][:10]))

    def _left_out(self, newer: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        """Return the parts of sources that were refused now, and those refused before in years that stay."""
        joined: dict[str, list[dict[str, Any]]] = {source: list(refusals) for source, refusals in newer.items()}
        for source, refusals in self.snapshot.manifest.get("left_out", {}).items():
            for refusal in refusals:
                if "years" not in refusal:  # one sentence for all years
                    stays = refusal if refusal not in joined.get(source, []) else None
                else:
                    years = [year for year in refusal["years"] if year < self.since]
                    stays = refusal | {"years": years} if years else None
                if stays:
                    joined.setdefault(source, []).append(stays)
        return joined

    def _read(self, newer: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return what was read of each source, with the years that it already had."""
        joined = dict(self.snapshot.manifest.get("read", {}))
        for source, about in newer.items():
            spans = [*about["years"], *joined.get(source, about)["years"]]
            joined[source] = about | {"years": [min(spans), max(spans)] if spans else []}
        return joined


def taken_from(out: Path, order: Order) -> Earlier:
    """Return the data in use in a directory, for an order of what is newer.

    Raises DataError where there are none, or figures cannot be put beside newer ones: another scope or another division
    into municipalities, or figures that are invented.
    """
    snapshot = open_snapshot(out)
    assert order.since is not None
    manifest, whole = snapshot.manifest, "load all years with `update` without --since."
    if snapshot.invented:
        raise DataError(f"{out} holds invented figures, which real ones cannot be put beside: {whole}")
    if manifest["division_year"] != classification.DIVISION_YEAR:
        raise DataError(
            f"The data in {out} are in the municipalities of {manifest['division_year']}, and newer figures in those "
            f"of {classification.DIVISION_YEAR}: {whole}"
        )
    if manifest["scope"] != order.scope:
        raise DataError(f"The data in {out} are of the scope {manifest['scope']}, not {order.scope}: {whole}")
    if order.since <= min(manifest["years"]):
        raise DataError(f"The data in {out} begin with costs of {min(manifest['years'])}, so none are earlier: {whole}")
    return Earlier(snapshot, order.since)
