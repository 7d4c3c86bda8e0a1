#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds specs/schema/esp-keys.json against the keys that are shipped, and against keys with one thing wrong each.

Usage: check_keys_schema.py [ROOT]. Exit 0: all as expected; 1: not; 77: python3-jsonschema is not installed.
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

WRONG = [
    ("spi", "0xff"), ("spi", "4097"), ("spi", "0x100000000"), ("spi", 4097),
    ("direction", "both"), ("source", "localhost"), ("cipher", "aes-cbc"),
    ("key", "00"), ("key", "0x" + "00" * 15), ("key", "G0" * 16), ("key", None),
    ("salt", "1011121"), ("icv_bytes", 10), ("icv_bytes", "16"), ("comment", "no such key"),
]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    schema = json.loads((root / "specs/schema/esp-keys.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    keys = json.loads((root / "traces/packets/esp-keys.json").read_text(encoding="utf-8"))
    faults = [error.message for error in validator.iter_errors(keys)]

    for key, value in WRONG:
        changed = copy.deepcopy(keys)
        changed["associations"][0][key] = value
        if validator.is_valid(changed):
            faults.append(f"{key}: {value!r} fits")
    for key in list(keys):
        changed = {k: v for k, v in keys.items() if k != key}
        if key != "$schema" and validator.is_valid(changed):
            faults.append(f"without {key}: fits")
    for fault in faults:
        print(fault)
    print(f"{len(WRONG) + len(keys)} checks, {len(faults)} disagreements")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
