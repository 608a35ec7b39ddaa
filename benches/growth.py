#!/usr/bin/env python3
"""Time and memory as a graph grows tenfold: power-law graphs of 2, 20 and 200 million relationships.

    benches/growth.py DOSSIER WORK [MILLIONS]        e.g. target/release/dossier grown 2,20,200

For each size it makes the graph once (WORK/edges-N, as CSV), imports it with `benches/recipes/powerlaw.toml`, and
asks four questions. It prints a table for `docs/performance.md` and writes the same as a plot to
WORK/growth.svg. The largest size takes 5 GB of disk. Needs numpy and pyarrow.

The graph has ten relationships a node and the degrees of `../shared/bench/peers.py`: the n-th busiest of N nodes
starts a share of sqrt(n / N) up to there, and the ends are drawn with the cube. It is made from node to
node, so that it takes as much memory for 200 million as for 2.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 5
SEED = 5
# So many relationships are made at a time.
BLOCK = 8_000_000
QUERIES = """// name: top-in-degree
MATCH (a:V)-[:E]->(b:V) RETURN b.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 3;
// name: two-step-paths
MATCH (a:V)-[:E]->(b:V)-[:E]->(c:V) RETURN count(*) AS n;
// name: ends-of-two-steps
MATCH (a:V {id: 4711})-[:E]->(b:V)-[:E]->(c:V) RETURN count(DISTINCT c.id) AS n;
// name: neighbours
MATCH (a:V {id: 4711})-[:E]->(b:V) RETURN count(*) AS n;
"""


def generate(folder, millions):
    """Nodes and relationships as CSV, block by block."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pc

    if (folder / "edges.csv").exists():
        return
    nodes, relationships = millions * 100_000, millions * 1_000_000
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.Generator(np.random.PCG64(SEED))
    starts = draw.permutation(nodes).astype(np.int32)
    ends = draw.permutation(nodes).astype(np.int32)
    pc.write_csv(pa.table({"id": np.arange(nodes, dtype=np.int64)}), folder / "nodes.csv")
    rank = np.empty(nodes, dtype=np.int32)
    rank[starts] = np.arange(nodes, dtype=np.int32)
    # A node's rank says how many relationships are drawn for it; a few come twice and are dropped.
    share = np.sqrt((rank + 1.0) / nodes) - np.sqrt(rank / nodes)
    degree = draw.poisson(share * relationships * 1.02).astype(np.int64)
    until = np.cumsum(degree)
    schema = pa.schema([("from", pa.int64()), ("to", pa.int64())])
    part = folder / "edges.part"
    with pc.CSVWriter(part, schema) as writer:
        first = 0
        while first < nodes:
            before = until[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(until, before + BLOCK, side="right")))
            begin = np.repeat(np.arange(first, last, dtype=np.int64), degree[first:last])
            end = ends[(nodes * draw.random(len(begin)) ** 3.0).astype(np.int64)].astype(np.int64)
            keys = np.unique(begin * nodes + end)
            begin, end = keys // nodes, keys % nodes
            apart = begin != end
            writer.write_table(pa.table({"from": begin[apart], "to": end[apart]}, schema))
            first = last
    part.rename(folder / "edges.csv")


def measured(command):
    """Seconds, peak memory in MB, and what it prints."""
    with tempfile.TemporaryFile("w+") as printed:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        if status:
            sys.exit(f"{' '.join(map(str, command))} ended with status {status}")
        printed.seek(0)
        return seconds, usage.ru_maxrss / 1024, printed.read()


def size_of(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def measure(dossier, work, millions):
    """One row of the table: what was measured, by name."""
    graph, store = work / f"edges-{millions}", work / f"store-{millions}"
    # In a process of its own: what a child has before it begins counts as its peak.
    subprocess.run([sys.executable, __file__, "--generate", graph, str(millions)], check=True)
    if store.exists():
        shutil.rmtree(store)
    recipe = HERE / "recipes" / "powerlaw.toml"
    load, load_peak, _ = measured([dossier, "import", "--store", store, "--recipe", recipe, graph])
    row = {"relationships, millions": millions, "load, s": load}
    row |= {"load, peak MB": load_peak, "on disk, MB": size_of(store)}
    queries = work / "growth.cypher"
    queries.write_text(QUERIES)
    _, query_peak, out = measured([dossier, "bench", queries, "--store", store, "--runs", str(RUNS)])
    for line in out.splitlines():
        found = json.loads(line)
        times = sorted(found["ms"])
        row[f"{found['name'].replace('-', ' ')}, ms"] = times[len(times) // 2]
    row["peak of queries, MB"] = query_peak
    first = [dossier, "query", "--store", store, "MATCH (a:V {id: 77})-[:E]->(b:V) RETURN count(*) AS n"]
    row["cold process, ms"] = min(measured(first)[0] for _ in range(RUNS)) * 1e3
    return row


def plot(rows, path):
    """Every measure over the size, both by powers of ten."""
    import math

    names = [name for name in rows[0] if name != "relationships, millions"]
    width, height, left, top = 760, 460, 60, 20
    sizes = [row["relationships, millions"] for row in rows]
    values = [row[name] for row in rows for name in names]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    span = math.log10(sizes[-1] / sizes[0]) or 1

    def at(size, value):
        x = left + (width - 320) * math.log10(size / sizes[0]) / span
        y = top + (height - 60) * (high - math.log10(value)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">']
    for power in range(low, high + 1):
        y = at(sizes[0], 10.0**power).split(",")[1]
        lines.append(f'<path d="M{left} {y}H{width - 260}" stroke="#ddd"/><text x="{left - 6}" y="{y}" text-anchor="end">10^{power}</text>')
    for size in sizes:
        x = at(size, 1.0).split(",")[0]
        lines.append(f'<text x="{x}" y="{height - 16}" text-anchor="middle">{size} M</text>')
    for number, name in enumerate(names):
        colour = f"hsl({number * 360 // len(names)} 65% 40%)"
        points = " ".join(at(row["relationships, millions"], row[name]) for row in rows)
        y = at(sizes[-1], rows[-1][name]).split(",")[1]
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{width - 250}" y="{y}" fill="{colour}">{name}</text>')
    path.write_text("\n".join(lines) + "\n</svg>\n")


def main():
    if sys.argv[1:2] == ["--generate"]:
        return generate(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    dossier, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sizes = sorted(int(size) for size in (sys.argv[3] if len(sys.argv) > 3 else "2,20,200").split(","))
    rows = [measure(dossier, work, size) for size in sizes]
    print("| | " + " | ".join(f"{size} M" for size in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    for name in rows[0]:
        if name != "relationships, millions":
            print(f"| {name} | " + " | ".join(f"{row[name]:.3g}" for row in rows) + " |")
    plot(rows, work / "growth.svg")


main()
