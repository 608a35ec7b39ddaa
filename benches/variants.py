#!/usr/bin/env python3
"""Questions that nobody tuned for, beside DuckDB in one run: times, and whether the answers are equal.

    benches/variants.py DOSSIER WORK [FAMILIES]      e.g. target/release/dossier peers social,lsqb,icews

WORK is what `benches/compare.sh` has filled: its `db` holds DuckDB's files and our stores. A family is a
pair of files in `benches/variants`: queries as `dossier bench` takes them, and the same in SQL. Needs the
package duckdb. Exits with 1 where an answer differs.
"""

import datetime
import decimal
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import time

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
DATA = {"social": "social", "lsqb": "lsqb0.3", "icews": "icews14"}
RUNS = 7


def plain(value):
    """A value as both sides write it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        value = float(value)
    return round(value, 6) if isinstance(value, float) else value


def rows_of(rows):
    return [[plain(value) for value in row] for row in rows]


def in_sql(family, database):
    """For each question its median time in milliseconds and its rows."""
    text = (HERE / "variants" / f"{family}.sql").read_text()
    found = {}
    with duckdb.connect(str(database), read_only=True, config={"threads": 2}) as connection:
        for name, query in re.findall(r"-- name: (\S+)\n(.*?);", text, re.S):
            times = []
            for _ in range(RUNS):
                began = time.perf_counter()
                rows = connection.execute(query).fetchall()
                times.append((time.perf_counter() - began) * 1e3)
            found[name] = statistics.median(times), rows_of(rows)
    return found


def ours(dossier, family, store):
    """The same of ours."""
    queries = HERE / "variants" / f"{family}.cypher"
    command = [dossier, "bench", str(queries), "--store", str(store), "--runs", str(RUNS)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    return {line["name"].split()[0]: (statistics.median(line["ms"]), rows_of(line["rows"])) for line in lines}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    dossier, work = sys.argv[1], pathlib.Path(sys.argv[2]) / "db"
    differs = False
    for family in (sys.argv[3] if len(sys.argv) > 3 else ",".join(DATA)).split(","):
        data = DATA[family]
        others, own = in_sql(family, work / f"duckdb-{data}"), ours(dossier, family, work / f"dossier-{data}")
        ratios = []
        for name, (time_ours, rows) in own.items():
            time_other, expected = others[name]
            ratios.append(time_other / time_ours)
            same = rows == expected
            differs |= not same
            verdict = "" if same else "  the answers differ"
            print(f"{family:7} {name:18} {time_ours:9.3f} {time_other:9.2f} {ratios[-1]:7.1f}{verdict}")
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"{family:7} geometric mean {mean:.1f}, least {min(ratios):.1f}")
    sys.exit(differs)


if __name__ == "__main__":
    main()
