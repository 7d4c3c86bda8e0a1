#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds specs/schema/claims.json against the shipped claims, and against claims with one thing wrong each.

Usage: check_claims_schema.py [ROOT] [PROGRAM]. With PROGRAM, `cvmlab bench folio --claims FILE` must refuse the same files.
Exit 0: all as expected; 1: not; 77: python3-jsonschema is not installed.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

DROP = object()
# member of the first claim of a metric, and a value that must not fit
WRONG = [
    ("rate_loss", "unit", "x"), ("rate_loss", "evidence", "counted"), ("rate_loss", "basis", "guessed"),
    ("rate_loss", "relation", "about"), ("rate_loss", "tolerance", 1), ("rate_loss", "theirs", "7"),
    ("rate_loss", "frame_bytes", 59), ("rate_loss", "frame_bytes", 9729), ("rate_loss", "frame_bytes", 64.5),
    ("rate_loss", "against", DROP), ("rate_loss", "workload", DROP), ("rate_loss", "packets_per_second", 5),
    ("rate_loss", "pools", "hot"), ("rate_loss", "id", ""), ("rate_loss", "metric", "speed"), ("rate_loss", "speed", 1),
    ("latency_mean_gap", "packets_per_second", 0.5), ("latency_mean_gap", "packets_per_second", DROP),
    ("latency_mean_gap", "queues", 17), ("latency_mean_gap", "round_trip_ns", -1),
    ("payload_rate", "against", "folio"), ("pool_bytes", "mbufs", 1), ("pool_bytes", "frame_bytes", 64),
    ("copies_rx", "queues", 2), ("copies_rx", "frame_bytes", DROP),
]


def broken(claims):
    """Each file with one thing wrong, and a name for it."""
    for metric, key, value in WRONG:
        changed = copy.deepcopy(claims)
        claim = next(c for c in changed["claims"] if c["metric"] == metric)
        claim.pop(key, None)
        if value is not DROP:
            claim[key] = value
        yield f"{metric}: {key}: {'missing' if value is DROP else repr(value)}", changed
    for key in claims:
        if key != "$schema":
            yield f"without {key}", {k: v for k, v in claims.items() if k != key}
    for key in claims["workloads"][0]:
        changed = copy.deepcopy(claims)
        del changed["workloads"][0][key]
        yield f"workload without {key}", changed
    yield "no claims", {**claims, "claims": []}


def refused(program, text):
    """Whether the program refuses the file with one line and exit code 3."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text)
        file.flush()
        result = subprocess.run([program, "bench", "folio", "--claims", file.name, "--claim", "none"],
                                capture_output=True, text=True, timeout=60, check=False)
    return result.returncode == 3 and result.stderr.startswith(file.name + ":") and result.stderr.count("\n") == 1


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    program = sys.argv[2] if len(sys.argv) > 2 else None
    schema = json.loads((root / "specs/schema/claims.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    claims = json.loads((root / "specs/claims.json").read_text(encoding="utf-8"))
    faults = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(claims)]
    count = 0

    for name, changed in broken(claims):
        count += 1
        if validator.is_valid(changed):
            faults.append(f"{name}: fits the schema")
        if program and not refused(program, json.dumps(changed, indent=1)):
            faults.append(f"{name}: the program does not refuse it")
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} disagreements")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
