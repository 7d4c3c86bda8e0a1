#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that the JSON Schemas of specs/schema/ and the C readers agree.

usage: check_schema.py CVMLAB     the program; its exit code 0 or 1 accepts a file, 3 rejects it

 1. every schema is a draft-07 schema, and names exactly the rows of src/monitor/rows.def;
 2. every shipped specification fits its schema, and the reader takes it;
 3. tests/fixtures/spec/valid: both accept;
    tests/fixtures/spec/schema: both reject;
    tests/fixtures/spec/semantic: only the reader can see the error; the schema accepts;
 4. the same of the tables of GHCB exits (specs/exposure/snp-ghcb*.json, tests/fixtures/ghcb-spec), of machines
    (specs/machines, tests/fixtures/machine) and of scenarios (specs/scenarios, tests/fixtures/scenario).
A rejection is one line "file: ..." or "file:line:col: ..." with "; expected ...".
"""
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("check_schema: python3-jsonschema is not installed")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
MESSAGE = re.compile(r"^[^:]+:(\d+:)?(\d+:)? .+; expected .+\n$")


def pairs_without_duplicates(pairs):
    """JSON Schema cannot see a key given twice, so the parser has to."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("duplicate key")
    return dict(pairs)


def constant_refused(name):
    raise ValueError(f"{name} is not JSON")


def document_read(path):
    text = path.read_text(encoding="utf-8")
    return json.loads(
        text, object_pairs_hook=pairs_without_duplicates, parse_constant=constant_refused
    )


def schema_open(name):
    schema = document_read(ROOT / "specs" / "schema" / name)
    jsonschema.Draft7Validator.check_schema(schema)
    return schema


def schema_accepts(schema, path):
    try:
        document = document_read(path)
    except ValueError:
        return False
    return jsonschema.Draft7Validator(schema).is_valid(document)


class Checker:
    """Counts, and collects what does not hold."""

    def __init__(self, program):
        self.program = program
        self.count = 0
        self.failures = []

    def expect(self, holds, text):
        self.count += 1
        if not holds:
            self.failures.append(text)

    def reader_check(self, loader, path, accepted):
        """loader: the arguments before the name of the file."""
        run = subprocess.run(
            [self.program, *loader, str(path)], capture_output=True, text=True, check=False, timeout=20
        )
        if accepted:
            self.expect(run.returncode in (0, 1), f"{path}: the reader rejects it: {run.stderr}")
            return
        self.expect(run.returncode == 3, f"{path}: the reader exits with {run.returncode}, not 3")
        self.expect(MESSAGE.match(run.stderr), f"{path}: no clear line: {run.stderr!r}")
        self.expect(run.stdout == "", f"{path}: rejected, and yet prints {run.stdout!r}")


def rows_of_table():
    text = (ROOT / "src" / "monitor" / "rows.def").read_text(encoding="utf-8")
    return re.findall(r'^ROW\(\w+, "([^"]+)"\)', text, re.MULTILINE)


def folders_check(checker, schema, fixtures, shipped, loader):
    """The shipped documents of one kind, and the three folders of its fixtures."""
    for path in shipped:
        checker.expect(schema_accepts(schema, path), f"{path}: the schema rejects it")
        checker.reader_check(loader, path, accepted=True)
    for folder, by_schema, by_reader in (
        ("valid", True, True),
        ("schema", False, False),
        ("semantic", True, False),
    ):
        paths = sorted((fixtures / folder).glob("*.json"))
        checker.expect(paths, f"no fixtures in {fixtures / folder}")
        for path in paths:
            word = "accepts" if schema_accepts(schema, path) else "rejects"
            checker.expect((word == "accepts") == by_schema, f"{path}: the schema {word} it")
            checker.reader_check(loader, path, accepted=by_reader)


def main():
    checker = Checker(sys.argv[1])
    exposure, sbi = schema_open("exposure.json"), schema_open("sbi.json")
    rows = exposure["definitions"]["row"]["properties"]["id"]["enum"]

    checker.expect(rows == rows_of_table(), "exposure.json does not name the rows of rows.def")
    checker.expect(
        exposure["definitions"]["call"] == sbi["definitions"]["call"],
        "exposure.json and sbi.json describe a call differently",
    )
    calls = ROOT / "specs" / "sbi" / "calls.json"
    checker.expect(schema_accepts(sbi, calls), f"{calls}: the schema rejects it")
    shipped = sorted((ROOT / "specs" / "exposure").glob("*.json"))
    tables = [path for path in shipped if path.stem.startswith("snp-ghcb")]
    profiles = [path for path in shipped if path not in tables]
    lint = ["spec", "lint"]
    folders_check(checker, exposure, FIXTURES / "spec", profiles, lint)
    folders_check(checker, schema_open("ghcb-exposure.json"), FIXTURES / "ghcb-spec", tables, lint)

    machine, scenario = schema_open("machine.json"), schema_open("scenario.json")
    checker.expect(
        scenario["definitions"]["memory"]["properties"].keys() == machine["definitions"]["memory"]["properties"].keys(),
        "machine.json and scenario.json describe memory differently",
    )
    shipped = sorted((ROOT / "specs" / "machines").glob("*.json"))
    folders_check(checker, machine, FIXTURES / "machine", shipped, ["memory", "run", "bus-tap", "--machine"])
    shipped = sorted((ROOT / "specs" / "scenarios").glob("*.json"))
    folders_check(checker, scenario, FIXTURES / "scenario", shipped, ["memory", "run"])

    for failure in checker.failures:
        print(failure)
    print(f"check_schema: {checker.count} checks, {len(checker.failures)} failed")
    return 1 if checker.failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main())
