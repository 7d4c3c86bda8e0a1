#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds specs/schema/path.json and cost.json against the shipped files, and against files with one thing wrong each.

Usage: check_net_schema.py [ROOT]. Exit 0: all as expected; 1: not; 77: python3-jsonschema is not installed.
The same wrong files are refused by the readers: tests/unit/test_path.c and test_cost.c.
"""
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

DROP = object()
# file, way to a member, and a value that must not fit
WRONG = {
    "path": [
        ("folio", "driver", "direct"), ("folio", "factors.bounce_copy", "no"), ("folio", "factors.bounce_allocation", "yes"),
        ("snp-sriov", "factors.bounce_copy", "no"), ("snp-sriov", "factors.bounce_allocation", "no"), ("snp-sriov", "bounce", DROP),
        ("snp-tio", "guest", "sev"), ("snp-tio", "factors.bounce_copy", "yes"), ("folio", "trusted_device", True),
        ("folio", "queues", 0), ("folio", "queues", 17), ("folio", "burst", 65), ("folio", "burst", 1.5), ("folio", "ring_size", 100),
        ("folio", "pool.mbufs", 2), ("folio", "pool.room_bytes", 2177), ("folio", "pool.order", "random"), ("folio", "column", "K"),
        ("folio", "factors.ide", "few"), ("folio", "factors.rmp_check", "few"), ("folio", "factors.ide", DROP),
        ("folio", "exits.per_interrupt", -1), ("folio", "speed", 1), ("snp-sriov", "bounce.areas", 3), ("snp-sriov", "bounce.bytes", 4096),
    ],
    "cost": [
        ("generic-100g", "constants.exit.value", -1), ("generic-100g", "constants.exit.value", 1e16), ("generic-100g", "constants.cpu.value", 0),
        ("generic-100g", "constants.cpu.unit", "ns"), ("generic-100g", "constants.ide_bandwidth.value", 100),
        ("generic-100g", "constants.exit", DROP), ("generic-100g", "constants.exit.basis", "guessed"), ("generic-100g", "constants.exit.low", 1),
        ("generic-100g", "curves.copy_hot.points", []), ("generic-100g", "curves.copy_hot.points", [{"bytes": 0, "ns": 1}]),
        ("generic-100g", "curves.copy_hot.points", [{"bytes": 64, "ns": -1}]), ("generic-100g", "speed", 1), ("generic-100g", "version", "2.0"),
    ],
}


def changed(document, way, value):
    """A copy of the document with one member set to value, or left out."""
    document = copy.deepcopy(document)
    *parents, last = way.split(".")
    place = document
    for key in parents:
        place = place[key]
    place.pop(last, None)
    if value is not DROP:
        place[last] = value
    return document


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    faults, count = [], 0

    for kind, wrong in WRONG.items():
        schema = json.loads((root / f"specs/schema/{kind}.json").read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        shipped = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted((root / f"specs/{kind}s").glob("*.json"))}
        for name, document in shipped.items():
            faults += [f"{name}: {list(error.path)}: {error.message}" for error in validator.iter_errors(document)]
        for name, way, value in wrong:
            count += 1
            if validator.is_valid(changed(shipped[name], way, value)):
                faults.append(f"{name}: {way} {'missing' if value is DROP else repr(value)}: fits the schema")
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} disagreements")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
