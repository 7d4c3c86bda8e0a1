#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that the schemas of launch specs and attestation policies and their readers in sim/psp agree.

usage: check_attest_schema.py CVMLAB

Every shipped file fits; then one file at a time is changed in one respect, and both must say the same of it, or the
reader alone must refuse what a schema cannot see.
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
    print("check_attest_schema: python3-jsonschema is not installed")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = ROOT / "traces" / "reports" / "genoa-ms"
DIGEST = "ab" * 48
REMOVE = object()

BOTH, READER = "both refuse", "the reader alone refuses"

# (path into the document, new value, who refuses; None: nobody)
PAGES = [
    (["summary"], REMOVE, None),
    (["mode"], "sev-es", None),
    (["pages", 0, "count"], "0x2", None),
    (["pages", 0, "permissions"], [1, 2, "0x3"], None),
    (["pages", 0, "imi"], True, None),
    (["pages", 0, "text"], REMOVE, READER),
    (["pages", 0, "contents"], DIGEST, None),
    (["pages", 0, "gpa"], 1, READER),
    (["pages", 0, "count"], 0, READER),
    (["pages", 0, "fill"], 1, READER),
    (["pages", 0, "imi"], 1, BOTH),
    (["pages", 0, "gpa"], "4096", BOTH),
    (["pages", 0, "gpa"], -4096, BOTH),
    (["pages", 0, "gpa"], REMOVE, BOTH),
    (["pages", 0, "type"], "normal", BOTH),
    (["pages", 0, "permissions"], [1, 2], BOTH),
    (["pages", 0, "size"], 1, BOTH),
    (["pages"], [], BOTH),
    (["pages"], REMOVE, BOTH),
    (["machine"], {"firmware": {"file": "x"}}, BOTH),
    (["mode"], "tdx", BOTH),
    (["format"], "cvm-trace", BOTH),
    (["version"], "2.0", BOTH),
    (["name"], "", BOTH),
]
MACHINE = [
    (["machine", "vcpus"], "0x2", None),
    (["machine", "cmdline"], REMOVE, None),
    (["machine", "cpu"], "Pentium", READER),
    (["machine", "cpu"], REMOVE, READER),
    (["machine", "vcpus"], 0, READER),
    (["machine", "kernel"], REMOVE, READER),
    (["machine", "firmware", "sections", 0, "size"], "0x10", READER),
    (["machine", "firmware", "hash_table"], "0x1", READER),
    (["machine", "vmm"], "xen", BOTH),
    (["machine", "kernel"], {}, BOTH),
    (["machine", "kernel"], {"hex": "0"}, BOTH),
    (["machine", "kernel"], {"hex": "", "file": "x"}, BOTH),
    (["machine", "firmware", "file"], "x", BOTH),
    (["machine", "firmware", "page_digests"], [], BOTH),
    (["machine", "firmware", "page_digests", 0], "00", BOTH),
    (["machine", "firmware", "sections", 0, "type"], 1, BOTH),
    (["machine", "firmware"], REMOVE, BOTH),
    (["machine", "memory"], 1, BOTH),
]
POLICY = [
    (["minimum_tcb", "fmc"], 0, None),
    (["measurements"], [DIGEST], None),
    (["report_data"], "00", None),
    (["policy", "required"], ["DEBUG"], READER),
    (["minimum_tcb", "snp"], 256, READER),
    (["maximum_vmpl"], 4, READER),
    (["minimum_firmware"], "1.999", READER),
    (["minimum_firmware"], "1", BOTH),
    (["policy", "required"], ["debug"], BOTH),
    (["policy", "allowed"], [], BOTH),
    (["platform", "required"], ["SMT"], BOTH),
    (["minimum_tcb", "svn"], 1, BOTH),
    (["measurements"], [], BOTH),
    (["measurements"], ["00"], BOTH),
    (["report_data"], "", BOTH),
    (["host_data"], "00" * 33, BOTH),
    (["products"], ["Rome"], BOTH),
    (["signers"], ["vcek"], BOTH),
    (["allow_debug"], 0, BOTH),
    (["name"], REMOVE, BOTH),
    (["nonce"], "00", BOTH),
]


def changed(document, path, value):
    copied = copy.deepcopy(document)
    parent = copied
    for key in path[:-1]:
        parent = parent[key]
    if value is REMOVE:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copied


class Checker:
    def __init__(self, cvmlab):
        self.cvmlab, self.count, self.failures = cvmlab, 0, []

    def reader_accepts(self, kind, path):
        arguments = {"launch": ["measure", str(path)],
                     "policy": ["verify", str(REPORT / "report.bin"), "--chain", str(REPORT), "--policy", str(path)]}
        run = subprocess.run([self.cvmlab, "attest", *arguments[kind]], capture_output=True, text=True, timeout=20)
        if run.returncode == 3 and (run.stdout or "; expected" not in run.stderr):
            self.failures.append(f"{path}: no clear line: {run.stderr!r}")
        return {0: True, 1: True, 3: False}[run.returncode]

    def check(self, kind, schema, document, expected, what):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            by_schema = jsonschema.Draft7Validator(schema).is_valid(document)
            by_reader = self.reader_accepts(kind, file.name)
        self.count += 1
        if (by_schema, by_reader) != {None: (True, True), BOTH: (False, False), READER: (True, False)}[expected]:
            self.failures.append(f"{what}: schema {by_schema}, reader {by_reader}; expected: {expected}")


def schema_open(name):
    schema = json.loads((ROOT / "specs" / "schema" / name).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return schema


def main(cvmlab):
    checker = Checker(cvmlab)
    launch, policy = schema_open("launch.json"), schema_open("attest-policy.json")
    shipped = {path.stem: json.loads(path.read_text()) for path in (ROOT / "specs" / "launch").glob("*.json")}
    policies = {path.stem: json.loads(path.read_text()) for path in (ROOT / "specs" / "policies").glob("*.json")}
    for name, document in shipped.items():
        checker.check("launch", launch, document, None, name)
    for name, document in policies.items():
        checker.check("policy", policy, document, None, name)
    for kind, schema, document, changes in (("launch", launch, shipped["undeserved"], PAGES),
                                            ("launch", launch, shipped["qemu-amdsev-kernel"], MACHINE),
                                            ("policy", policy, policies["strict"], POLICY)):
        for path, value, expected in changes:
            checker.check(kind, schema, changed(document, path, value), expected, f"{path} = {value!r}")
    for failure in checker.failures:
        print(failure)
    print(f"check_attest_schema: {checker.count} checks, {len(checker.failures)} failed")
    return 1 if checker.failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
