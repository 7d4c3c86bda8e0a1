#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the tables of `cvmlab bench folio` into the documents, between <!-- NAME: ... --> and <!-- end -->.

folio_docs.py            docs/FOLIO.md, by what the model says now (CVMLAB names the program, else build/dev/cvmlab);
                         test_bench_folio.py holds the document against it
folio_docs.py FILE...    docs/PERFORMANCE.md, by what was measured: outputs of `cvmlab bench folio --repeat 20 --json`, several
                         runs for the spread, with and without --crypto openssl
"""
import json
import pathlib
import re
import statistics
import sys

from program import ROOT, run

DOCUMENT = ROOT / "docs" / "FOLIO.md"
MEASURED = ROOT / "docs" / "PERFORMANCE.md"
SIZES = [64, 512, 1024, 1500, 9000]
POOLS = ["warm", "cold"]
RELATIONS = {"equals": "", "at most": "≤ ", "at least": "≥ "}


def number(claim, key):
    """A number as the text of the program shows it, with the unit."""
    digits = 0 if claim["evidence"] == "counted" else 2
    return f"{claim[key]:,.{digits}f}".replace(",", " ") + " " + claim["unit"]


def claim_rows(claims, last):
    """A row for each claim; last gives the last cell."""
    for claim in claims:
        within = number(claim, "tolerance") if claim["relation"] == "equals" else "-"
        yield (f"| `{claim['id']}` | {claim['claim']} | {RELATIONS[claim['relation']]}{number(claim, 'theirs')} | {claim['basis']} "
               f"| {number(claim, 'ours')} | {claim['evidence']} | {within} | {last(claim)} |")


def claims_table(document, fitted):
    """The claims that are evidence, or those that a constant was fitted to."""
    claims = [claim for claim in document["claims"] if ("fitted" in claim) == fitted]
    yield f"| claim | what it says | theirs | | ours | | within | {'fitted' if fitted else 'verdict'} |"
    yield "|---|---|---|---|---|---|---|---|"
    yield from claim_rows(claims, lambda claim: claim["fitted"] if fitted else
                          "**missed**" if claim["verdict"] == "missed" else claim["verdict"])


def summary(document):
    """The program's last line."""
    count = document["verdicts"]
    yield (f"**{count['holds']} of {count['holds'] + count['missed']} independent claims hold, {count['fitted']} fitted, "
           f"{count['missed']} missed.**")


def causes(document):
    """Why claims are missed, each cause once."""
    missed = {}
    for claim in document["claims"]:
        if claim["verdict"] == "missed":
            missed.setdefault(claim["cause"], []).append(f"`{claim['id']}`")
    for cause, names in missed.items():
        yield f"- {', '.join(names)}: {cause}."


def crossover_rows(document):
    """{(workload, pools): [row of each size]}"""
    rows = {}
    for row in document["modelled"]["crossover"]:
        rows.setdefault((row["workload"], row["pools"]), []).append(row)
    return rows


def crossover(document):
    """What is lost at most, and from which rate on more than 6 %."""
    titles = {workload["name"]: workload["title"]
              for workload in json.loads((ROOT / "specs/claims.json").read_text(encoding="utf-8"))["workloads"]}
    yield "| workload | pools | " + " | ".join(f"{size} B" for size in SIZES) + " |"
    yield "|---|---|" + "---|" * len(SIZES)
    for (workload, pools), rows in crossover_rows(document).items():
        cells = [f"{row['loss_percent']:.1f} %, " + (f"{row['crossover_gbps']:.1f} Gb/s" if row["crossover_gbps"] else "never")
                 for row in rows]
        yield f"| {titles[workload]} | {pools} | " + " | ".join(cells) + " |"


def hidden(document):
    """How much work per packet hides the copies."""
    rows = crossover_rows(document)
    yield "| frame, bytes | copies warm, ns | work that hides them, ns | copies cold, ns | work that hides them, ns |"
    yield "|---|---|---|---|---|"
    for i, size in enumerate(SIZES):
        cells = [f"{row['folio_ns'] - row['ideal_ns']:.1f} | {row['work_needed_ns']:,.0f}".replace(",", " ")
                 for row in (rows["l2fwd", pools][i] for pools in POOLS)]
        yield f"| {size} | " + " | ".join(cells) + " |"


TABLES = {"claims": lambda document: claims_table(document, False), "fitted": lambda document: claims_table(document, True),
          "summary": summary, "causes": causes, "crossover": crossover, "hidden": hidden}


def series(runs, app, pools):
    """{path: {frame_bytes: [row of each run]}}"""
    rows = {}
    for run_ in runs:
        for row in run_["series"]:
            if (row["app"], row["pools"]) == (app, pools):
                rows.setdefault(row["path"], {}).setdefault(row["frame_bytes"], []).append(row)
    return rows


def measured_table(runs, app, pools):
    """Every size a line, every path a column: medians of the runs, and Folio's loss with its smallest and largest."""
    rows = series(runs, app, pools)
    yield "| frame, bytes | " + " | ".join(rows) + " | folio, Mpps | folio loses, % | smallest to largest |"
    yield "|---" * (len(rows) + 4) + "|"
    for size, folio in rows["folio"].items():
        cells = [statistics.median(row["guest_ns"]["median"] for row in rows[path][size]) for path in rows]
        losses = [row["loss_percent"] for row in folio]
        yield (f"| {size} | " + " | ".join(f"{cell:.1f}" for cell in cells)
               + f" | {1000 / cells[list(rows).index('folio')]:.1f} | {statistics.median(loss['median'] for loss in losses):.1f} "
               f"| {min(loss['min'] for loss in losses):.1f} to {max(loss['max'] for loss in losses):.1f} |")


def targets(fast, slow):
    """The targets, each with the medians of the runs."""
    yield "| what | target | medians of the runs | |"
    yield "|---|---|---|---|"
    for size, least in (64, 20), (1500, 6):
        rates = [row["mpps"] for row in series(fast, "macswap", "warm")["folio"][size]]
        yield (f"| Folio, macswap, {size} bytes, Mpps | at least {least} | {', '.join(f'{rate:.1f}' for rate in rates)} "
               f"| {'met' if min(rates) >= least else '**missed**'} |")
    for runs in fast, slow:
        losses = [statistics.median(row["loss_percent"]["median"] for row in rows)
                  for rows in series(runs, "ipsec", "warm")["folio"].values()]
        yield (f"| Folio against TIO, ipsec by {runs[0]['crypto']}, smallest and largest of all sizes, % lost | at most 6 "
               f"| {min(losses):.1f}, {max(losses):.1f} | {'met' if max(losses) <= 6 else '**missed**'} |")


def written(text, names, table):
    """The text with table(name) in the place of each name."""
    for name in names:
        lines = "\n".join(table(name))
        text = re.sub(rf"(^<!-- {name}: [^\n]*\n).*?(^<!-- end -->$)", lambda at, t=lines: f"{at[1]}\n{t}\n\n{at[2]}", text,
                      flags=re.M | re.S)
    return text


def filled(text):
    """The document with every table as the program has it now, and the names of its tables."""
    document = json.loads(run("bench", "folio", "--modelled", "--json", "--sizes", ",".join(map(str, SIZES))).stdout)
    names = re.findall(r"^<!-- (\w+): ", text, re.M)
    return written(text, names, lambda name: TABLES[name](document)), names


def measured(text, files):
    """The document with the tables of these files."""
    runs = [json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["measured"] for file in files]
    slow = [run_ for run_ in runs if run_["crypto"] == "openssl"]
    fast = [run_ for run_ in runs if run_["crypto"] != "openssl"]

    def table(name):
        app, _, pools = name.partition("_")
        if name == "targets":
            return targets(fast, slow)
        return measured_table(slow if app == "openssl" else fast, "ipsec" if app == "openssl" else app, pools)

    return written(text, re.findall(r"^<!-- (\w+): ", text, re.M), table)


def main(files):
    document = MEASURED if files else DOCUMENT
    before = document.read_text(encoding="utf-8")
    after = measured(before, files) if files else filled(before)[0]
    document.write_text(after, encoding="utf-8")
    print("written" if after != before else "unchanged", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
