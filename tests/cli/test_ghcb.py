#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of GHCB exits as a user meets them: `cvmlab spec lint` and `spec show`, and every command that wants a profile."""
import json
import pathlib
import tempfile
import unittest

from program import ROOT, run

TRACE = str(ROOT / "traces" / "refused" / "bad1.cvmt.jsonl.zst")
SHIPPED = "specs/exposure/snp-ghcb.json"


class Ghcb(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def table(self, name, **members):
        """Writes NAME.json, a table that inherits from snp-ghcb unless members say otherwise."""
        document = {"format": "cvm-ghcb-exposure", "version": "1.0", "name": name, "inherits": "snp-ghcb",
                    "summary": "a test", "rows": []}
        document.update(members)
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps({key: value for key, value in document.items() if value is not None}, indent=1))
        return f"{name}.json"

    @staticmethod
    def row(**members):
        row = {"id": "WBINVD", "code": "0x89", "when": "WBINVD", "in": [], "out": [], "answer": "exception",
               "certainty": "C", "why": "a test", "source": "none"}
        row.update(members)
        return row

    def expect(self, code, message, *arguments):
        result = run(*arguments, cwd=self.folder)
        with self.subTest(" ".join(arguments)):
            self.assertEqual(result.returncode, code)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, rf"\A{message}\n\Z")

    def test_lint_takes_tables_and_profiles_together(self):
        page = run("spec", "lint", "snp-ghcb", "snp-ghcb-open", SHIPPED, "strict", cwd=ROOT)
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertEqual(page.stdout.count("46 rows (3 unverified)"), 3)
        self.assertEqual(page.stdout.count("0 warnings"), 4)

    def test_a_warning_names_file_line_and_row_and_makes_the_exit_code_1(self):
        name = self.table("leak", rows=[self.row(**{"in": ["r12"]})])
        page = run("spec", "lint", name, cwd=self.folder)
        self.assertEqual((page.returncode, page.stderr), (1, ""))
        self.assertRegex(page.stdout, r"\Aleak\.json:8: WBINVD: r12 is handed out, yet not in crosses_in; expected .*\n")

    def test_a_table_that_is_wrong_gives_one_line(self):
        for name, table, message in (
            ("register", {"rows": [self.row(out=["eax"])]}, r'register\.json:\d+:\d+: unknown register "eax"; expected .*'),
            ("overlap", {"rows": [self.row(id="FLUSH")]}, r"overlap\.json:\d+:\d+: rows WBINVD and FLUSH would .*; expected .*"),
            ("missing", {"inherits": None}, r"missing\.json:1:1: exit 0x27 \(read_dr7\) is missing; expected .*"),
            ("parent", {"inherits": "cove"}, r'parent\.json:\d+:\d+: no built-in table "cove"; expected .*'),
            ("row", {"rows": [self.row(), self.row()]}, r"row\.json:\d+:\d+: row WBINVD is given twice; expected .*"),
        ):
            self.table(name, **table)
            self.expect(3, message, "spec", "lint", f"{name}.json")
            self.expect(3, message, "spec", "show", f"{name}.json")

    def test_no_command_takes_a_table_for_a_profile(self):
        message = r'profile: "snp-ghcb" is a table of GHCB exits; expected a profile: ace, .* or strict'
        self.expect(3, message, "replay", "--spec", "snp-ghcb", TRACE)
        self.expect(3, message, "replay", "--reference", "snp-ghcb", TRACE)
        self.expect(3, message, "spec", "diff", "strict", "snp-ghcb")
        self.expect(3, message, "spec", "minimize", "--spec", "snp-ghcb", TRACE)
        self.expect(3, r'own\.json:2:\d+: format "cvm-ghcb-exposure" is not known; expected "cvm-exposure"',
                    "replay", "--spec", self.table("own"), TRACE)

    def test_a_row_can_be_shown_by_its_id(self):
        page = run("spec", "show", "--row", "CPUID.XSAVES", "snp-ghcb")
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertIn("\nselected by : rax&0xffffffff=0xd rcx&0xffffffff=0x1\n", page.stdout)
        self.assertIn("\nhands out   : eax ecx xcr0 xss\n", page.stdout)
        page = run("spec", "show", "snp-ghcb", "--row", "MMIO.L")
        self.assertEqual((page.returncode, page.stdout), (2, ""))
        self.assertIn("--row: 'MMIO.L' is no row of snp-ghcb; one is DR7.READ", page.stderr)

    def test_json_holds_the_whole_table(self):
        page = run("spec", "show", "snp-ghcb", "--json")
        document = json.loads(page.stdout)
        shipped = json.loads((ROOT / SHIPPED).read_text())
        self.assertEqual((document["schema"], document["version"]), ("cvmlab-ghcb-spec", "1.0"))
        self.assertEqual([row["id"] for row in document["rows"]], [row["id"] for row in shipped["rows"]])
        self.assertEqual([row["why"] for row in document["rows"]], [row["why"] for row in shipped["rows"]])

    def test_the_registers_that_cross_are_the_ones_said(self):
        document = json.loads(run("spec", "show", "snp-ghcb", "--json").stdout)
        crossing = {item["field"] for row in document["rows"] for item in row["in"]}
        self.assertEqual(crossing, {"rax", "rbx", "rcx", "rdx", "cpl", "xcr0", "xss"})
        returning = {item["field"] for row in document["rows"] for item in row["out"]}
        self.assertEqual(returning, {"rax", "rbx", "rcx", "rdx", "info2"})


if __name__ == "__main__":
    unittest.main()
