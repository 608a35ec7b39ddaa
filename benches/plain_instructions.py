#!/usr/bin/env python3
"""What dates, sources, declarations and completeness cost the queries that use none of them, in instructions.

    plain_instructions.py PATH/TO/dossier [FOLDER]

Makes the two stores of plain.rs, runs each query of it several times on both, and counts the instructions of
the process (with callgrind, since not every machine lets perf count), less those of a process that runs the
query once: no clock, so that a busy machine does not matter. Prints a JSON line for each query, and the largest ratio.
"""
import json, os, re, shutil, subprocess, sys, tempfile

DOSSIER = sys.argv[1]
FOLDER = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = open(os.path.join(HERE, "plain.rs")).read()
COUNT = int(re.search(r"PERSONS: i64 = ([\d_]+)", SOURCE)[1].replace("_", ""))
RUNS = 4
# A query that takes fewer instructions than this is run so many times more.
FEW, MANY = 1_000_000, 100


def texts(part):
    """The string literals of a part of plain.rs."""
    return [re.sub(r"\s*\n\s*", " ", text) for text in re.findall(r'"((?:[^"\\]|\\.)*)"', part)]


QUERIES = texts(re.search(r"QUERIES.*?= \[\n(.*?)\n\];", SOURCE, re.S)[1])
QUERIES = list(zip(QUERIES[::2], QUERIES[1::2]))
BESIDE, PLAINLY = map(texts, re.findall(r"for statement in \[(.*?)\n    \] \{", SOURCE, re.S))
PERSONS = [t.replace("{PERSONS}", str(COUNT)).replace("{{", "{").replace("}}", "}")
         for t in texts(SOURCE[SOURCE.index("fn persons"):SOURCE.index("fn rows")])]


def instructions(store, name, query, runs):
    path = os.path.join(FOLDER, "one.cypher")
    with open(path, "w") as file:
        file.write(f"// name: {name}\n{query};\n")
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               DOSSIER, "bench", "-s", store, "--runs", str(runs), path]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", ran.stderr)[1])


def main():
    stores = {}
    for name, statements in [("plain", PERSONS + PLAINLY), ("beside", PERSONS + BESIDE)]:
        stores[name] = os.path.join(FOLDER, name + ".dossier")
        shutil.rmtree(stores[name], ignore_errors=True)
        text = "".join(statement + ";\n" for statement in statements)
        subprocess.run([DOSSIER, "-s", stores[name]], input=text, text=True, check=True, capture_output=True)
        subprocess.run([DOSSIER, "checkpoint", "-s", stores[name]], check=True, capture_output=True)
    worst = 0
    for name, query in QUERIES:
        own = {}
        for store, path in stores.items():
            counts = [instructions(path, name, query, runs) for runs in (1, RUNS)]
            own[store] = (counts[1] - counts[0]) / (RUNS - 1)
            if own[store] < FEW:
                # What the allocator does now and then is much beside a query of microseconds.
                more = instructions(path, name, query, RUNS + MANY)
                own[store] = (more - counts[1]) / MANY
        ratio = own["beside"] / own["plain"]
        worst = max(worst, ratio)
        print(json.dumps({"name": name, "plain": round(own["plain"]), "beside": round(own["beside"]), "ratio": round(ratio, 4)}), flush=True)
    print(json.dumps({"largest_ratio": round(worst, 4)}))


main()
