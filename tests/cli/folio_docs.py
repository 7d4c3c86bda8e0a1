#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of docs/FOLIO.md that `cvmlab bench folio --modelled` fills.

Run it to write them anew (CVMLAB names the program, else build/dev/cvmlab); test_bench_folio.py holds them against the
program. A table stands between <!-- NAME: ... --> and <!-- end -->.
"""
import json
import re
import sys

from program import ROOT, run

DOCUMENT = ROOT / "docs" / "FOLIO.md"
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


def filled(text):
    """The document with every table as the program has it now, and the names of its tables."""
    document = json.loads(run("bench", "folio", "--modelled", "--json", "--sizes", ",".join(map(str, SIZES))).stdout)
    names = re.findall(r"^<!-- (\w+): ", text, re.M)
    for name in names:
        table = "\n".join(TABLES[name](document))
        text = re.sub(rf"(^<!-- {name}: [^\n]*\n).*?(^<!-- end -->$)", lambda at, t=table: f"{at[1]}\n{t}\n\n{at[2]}", text,
                      flags=re.M | re.S)
    return text, names


if __name__ == "__main__":
    before = DOCUMENT.read_text(encoding="utf-8")
    after, _ = filled(before)
    DOCUMENT.write_text(after, encoding="utf-8")
    print("written" if after != before else "unchanged", file=sys.stderr)
