#!/usr/bin/env python3
"""The worst estimate of each query: PROFILE's estimated rows against its actual ones.

    benches/estimates.py DOSSIER STORE QUERIES.cypher

QUERIES is a file as `dossier bench` takes it. For every query a line: the largest ratio between what an
operator was expected to give and what it gave (both at least one row), and that operator. Exits with 1
where some ratio is above 10.
"""

import json
import re
import subprocess
import sys

LIMIT = 10.0


def profile(dossier, store, query):
    """The lines of a query's plan, as PROFILE gives them through a pipe."""
    run = subprocess.run([dossier, "--store", store], input="PROFILE " + query, capture_output=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"operator"')]
    if not lines:
        sys.exit(f"no plan: {run.stderr.strip()}")
    return lines


def ratio(line):
    estimate, rows = max(line["estimate"], 1), max(line["rows"], 1)
    return max(estimate / rows, rows / estimate)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    dossier, store, path = sys.argv[1:]
    text = open(path, encoding="utf-8").read()
    worst_of_all = 1.0
    for name, query in re.findall(r"// name: (\S+)[^\n]*\n(.*?;)", text, re.S):
        query = re.sub(r"//[^\n]*", "", query)
        worst = max(profile(dossier, store, query), key=ratio)
        worst_of_all = max(worst_of_all, ratio(worst))
        operator = worst["operator"].lstrip("└├│ ")
        print(f"{name:6} {ratio(worst):6.1f}  {operator}: {worst['estimate']} expected, {worst['rows']} came")
    print(f"worst  {worst_of_all:6.1f}")
    sys.exit(worst_of_all > LIMIT)


if __name__ == "__main__":
    main()
