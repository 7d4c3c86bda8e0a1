#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds specs/schema/trace.json against the trace fixtures.

tests/fixtures/trace/good/      every line must fit the schema;
tests/fixtures/trace/bad-line/  some line must not: the fault is in one line alone;
tests/fixtures/trace/bad-file/  not looked at here: the fault is in bytes or between lines.
The reader is held against the same three folders by tests/unit/test_trace_fixtures.c, so the two must agree.

Usage: check_trace_schema.py [ROOT]. Exit 0: agreed; 1: not; 77: python3-jsonschema is not installed.
"""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def first_bad_line(validator, path):
    """Number and message of the first line that does not fit, or None."""
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            value = json.loads(line)
            is_header = isinstance(value, dict) and "format" in value
            if is_header != (number == 1):
                return number, "header in the wrong place"
            errors = sorted(validator.iter_errors(value), key=str)
            if errors:
                return number, errors[0].message
    return None


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    schema = json.loads((root / "specs/schema/trace.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    fixtures = root / "tests/fixtures/trace"
    good = sorted((fixtures / "good").glob("*.jsonl"))
    bad = sorted((fixtures / "bad-line").glob("*.jsonl"))
    faults = 0 if good and bad else 1
    for path in good:
        found = first_bad_line(validator, path)
        if found:
            print(f"{path}:{found[0]}: {found[1][:200]}; expected a fit")
            faults += 1
    for path in bad:
        if not first_bad_line(validator, path):
            print(f"{path}: every line fits; expected one that does not")
            faults += 1
    print(f"{len(good)} good and {len(bad)} bad traces, {faults} disagreements")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
