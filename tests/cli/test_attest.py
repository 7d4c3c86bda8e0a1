#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab attest measure, report and verify: what they print, write and exit with; docs/ATTEST.md says the same."""
import base64
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from program import CVMLAB, ROOT, run

REPORTS = ROOT / "traces" / "reports"
GENOA, MILAN = REPORTS / "genoa-ms", REPORTS / "milan-v2-gosevguest"
DOCUMENT = (ROOT / "docs" / "ATTEST.md").read_text()


class Attest(unittest.TestCase):
    """A folder of its own to work in."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def good(self, *arguments):
        result = run("attest", *arguments, cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def refused(self, message, *arguments, code=3):
        result = run("attest", *arguments, cwd=self.folder)
        with self.subTest(arguments):
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, rf"\A{message}[^\n]*\n\Z" if code != 2 else message)

    def verify(self, report, chain, *options):
        """(exit code, the document)"""
        result = run("attest", "verify", str(report), "--chain", str(chain), "--json", *options, cwd=self.folder)
        self.assertEqual(result.stderr, "")
        return result.returncode, json.loads(result.stdout)

    def reason(self, *arguments):
        code, document = self.verify(*arguments)
        self.assertEqual(code, 1 if document["reason"] else 0)
        self.assertEqual(document["verified"], code == 0)
        return document["reason"]


class Verify(Attest):
    def test_the_real_reports_verify(self):
        for folder in (GENOA, MILAN):
            code, document = self.verify(folder / "report.bin", folder)
            self.assertEqual((code, document["root"], document["time_source"]), (0, "amd", "chain"))
            text = self.good("verify", str(folder / "report.bin"), "--chain", str(folder))
            self.assertTrue(text.endswith("\nverified\n"))

    def test_a_chain_in_one_file_and_as_amds_key_server_gives_it(self):
        parts = [(GENOA / name).read_text() for name in ("vcek.pem", "ask.pem", "ark.pem")]
        self.assertIsNone(self.reason(GENOA / "report.bin", self.write("chain.pem", "".join(parts))))
        self.write("vcek.pem", parts[0])
        self.write("cert_chain.pem", parts[1] + parts[2])
        self.assertIsNone(self.reason(GENOA / "report.bin", self.folder))

    def test_certificates_in_der(self):
        for name in ("vcek", "ask", "ark"):
            lines = (GENOA / f"{name}.pem").read_text().split("-----")[2]
            self.write(f"{name}.der", base64.b64decode(lines))
        self.assertIsNone(self.reason(GENOA / "report.bin", self.folder))

    def test_chains_that_are_wrong(self):
        leaf, ask, ark = ((GENOA / name).read_text() for name in ("vcek.pem", "ask.pem", "ark.pem"))
        for reason, text in (("chain-incomplete", leaf + ask), ("chain-incomplete", leaf),
                             ("chain-order", leaf + ark + ask), ("chain-order", ark + ask + leaf),
                             ("chain-order", leaf + ask + ark + ark),
                             ("chain-issuer", leaf + (MILAN / "ask.pem").read_text() + ark)):
            with self.subTest(reason):
                self.assertEqual(self.reason(GENOA / "report.bin", self.write("chain.pem", text)), reason)
        self.assertEqual(self.reason(GENOA / "report.bin", MILAN), "product-mismatch")

    def test_times(self):
        report = GENOA / "report.bin"
        self.assertEqual(self.reason(report, GENOA, "--time", "2034-01-01"), "certificate-expired")
        self.assertEqual(self.reason(report, GENOA, "--time", "2026-02-05T02:05:06Z"), "certificate-not-yet-valid")
        self.assertIsNone(self.reason(report, GENOA, "--time", "2030-01-01T00:00:00Z"))

    def test_a_changed_report(self):
        for offset, reason in ((0x90, "signature"), (0x50, "signature"), (0x4c, "reserved-not-zero"), (0x49f, "reserved-not-zero"),
                               (0x180, "tcb-mismatch"), (0x1a0, "chip-id-mismatch"), (0x2a0, "signature")):
            content = bytearray((GENOA / "report.bin").read_bytes())
            content[offset] ^= 1
            with self.subTest(hex(offset)):
                self.assertEqual(self.reason(self.write("r.bin", bytes(content)), GENOA), reason)

    def test_a_nonce(self):
        report = MILAN / "report.bin"
        self.assertIsNone(self.reason(report, MILAN, "--report-data", "0102030405"))
        self.assertEqual(self.reason(report, MILAN, "--report-data", "0102030406"), "report-data")

    def test_input_that_is_no_report_and_no_certificate(self):
        content = (GENOA / "report.bin").read_bytes()
        chain = ["--chain", str(GENOA)]
        for size in (0, 1, 1183, 1185, 4000):
            self.write("r.bin", (content * 4)[:size])
            self.refused(rf"r\.bin: report-size: {size}; expected 1184 bytes", "verify", "r.bin", *chain)
        self.write("r.bin", b"\x07" + content[1:])
        self.refused(r"r\.bin: report-version: 7; expected version 2, 3 or 5", "verify", "r.bin", *chain)
        self.write("r.bin", content[:0x34] + b"\x00" + content[0x35:])
        self.refused(r"r\.bin: signature-algorithm: 0; expected 1", "verify", "r.bin", *chain)
        self.refused(r"none: cannot be opened", "verify", "none", *chain)
        self.refused(r".*: not a regular file; expected a report", "verify", str(self.folder), *chain)
        report = str(GENOA / "report.bin")
        self.refused(r"none: cannot be opened", "verify", report, "--chain", "none")
        self.refused(r".*: no certificates in this folder; expected", "verify", report, "--chain", str(self.folder))
        self.write("c.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        self.refused(r"c\.pem: certificate-malformed: ", "verify", report, "--chain", "c.pem")
        cut = (GENOA / "vcek.pem").read_text()
        self.write("c.pem", cut[:len(cut) // 2])
        self.refused(r"c\.pem: certificate-malformed: ", "verify", report, "--chain", "c.pem")
        self.write("p.json", '{"format": "cvm-attest-policy", "version": "1.0", "name": "p",\n "debug": 1}')
        self.refused(r"p\.json:2:11: unknown key \"debug\"; expected", "verify", report, *chain, "--policy", "p.json")
        self.refused(r"none: cannot be opened", "verify", report, *chain, "--root", "none")

    def test_a_wrong_command_line(self):
        for arguments in ([], ["r.bin"], ["r.bin", "s.bin", "--chain", "c"], ["r.bin", "--chain", "c", "--time", "now"],
                          ["r.bin", "--chain", "c", "--report-data", "0"], ["r.bin", "--chain", "c", "--report-data", "00" * 65]):
            self.refused("cvmlab attest verify", "verify", *arguments, code=2)


class Report(Attest):
    def make(self, *options):
        self.good("report", "-o", "r.bin", "--chain-out", "certs", *options)
        return self.folder / "r.bin", self.folder / "certs"

    def test_every_kind_verifies_and_says_that_it_is_not_amds(self):
        for options in (["--version", "2"], ["--version", "3"], ["--version", "5"], ["--product", "genoa"],
                        ["--product", "turin"], ["--product", "turin", "--signer", "vlek"], ["--mask-chip-id"], ["--id-block"]):
            with self.subTest(options):
                self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
                report, chain = self.make(*options)
                code, document = self.verify(report, chain)
                self.assertEqual((code, document["root"]), (0, "demo"))
                text = self.good("verify", str(report), "--chain", str(chain))
                self.assertTrue(text.endswith("verified; the root is the demo's, NOT AMD's: anybody can sign such a report\n"))

    def test_the_same_options_give_the_same_bytes(self):
        first = self.make("--report-data", "aa")[0].read_bytes()
        self.assertEqual(self.make("--report-data", "aa")[0].read_bytes(), first)
        self.assertNotEqual(self.make("--report-data", "ab")[0].read_bytes(), first)
        self.assertEqual(len(first), 1184)

    def test_fields_are_those_that_were_asked_for(self):
        report, chain = self.make("--measurement", "11" * 48, "--policy", "0x1b0000", "--vmpl", "3", "--guest-svn", "9",
                                  "--host-data", "22", "--family-id", "33", "--image-id", "44", "--report-data", "55")
        fields = self.verify(report, chain)[1]["report"]
        self.assertEqual(fields["measurement"], "11" * 48)
        self.assertEqual((fields["policy"], fields["vmpl"], fields["guest_svn"]), ("0x1b0000", 3, 9))
        self.assertEqual(fields["host_data"], "22" + "00" * 31)
        self.assertEqual(fields["report_data"], "55" + "00" * 63)
        self.assertEqual((fields["family_id"], fields["image_id"]), ("33" + "00" * 15, "44" + "00" * 15))

    def test_a_launch_spec_is_measured(self):
        spec = str(ROOT / "specs" / "launch" / "qemu-amdsev-kernel.json")
        report, chain = self.make("--launch", spec)
        digest = json.loads(self.good("measure", spec, "--json"))["digest"]
        self.assertEqual(self.verify(report, chain)[1]["report"]["measurement"], digest)

    def test_a_report_to_standard_output(self):
        result = subprocess.run([CVMLAB, "attest", "report", "-o", "-"], capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout, self.make()[0].read_bytes())

    def test_what_cannot_be_made(self):
        self.refused(r"report: version 2 cannot say that it comes from Turin; expected 3 or 5",
                     "report", "--product", "turin", "--version", "2", "-o", "r.bin")
        self.refused(r"none\.json: cannot be opened", "report", "--launch", "none.json", "-o", "r.bin")
        self.refused(r"none/r\.bin: cannot create", "report", "-o", "none/r.bin", code=4)
        self.refused(r"none/certs: cannot create", "report", "-o", "r.bin", "--chain-out", "none/certs", code=4)
        self.assertEqual(list(self.folder.iterdir()), [])
        for arguments in ([], ["-o", "r", "--version", "4"], ["-o", "r", "--product", "rome"], ["-o", "r", "--signer", "ask"],
                          ["-o", "r", "--vmpl", "4"], ["-o", "r", "--measurement", "00"], ["-o", "r", "extra"],
                          ["-o", "r", "--policy", "x"], ["-o", "-", "--json"],
                          ["-o", "r", "--launch", "x", "--measurement", "00" * 48]):
            self.refused("cvmlab attest report", "report", *arguments, code=2)


    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_keys_of_ones_own_have_the_form_of_the_demos(self):
        made = subprocess.run([str(ROOT / "tools" / "make_demo_keys"), str(self.folder / "keys")], capture_output=True, text=True)
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        report, _ = self.make()
        keys = self.folder / "keys"
        chain = self.write("c.pem", "".join((keys / name).read_text() for name in ("vcek-milan.pem", "ask.pem", "ark.pem")))
        self.assertEqual(self.reason(report, chain), "root-unknown")
        self.assertEqual(self.reason(report, chain, "--root", str(keys / "ark.pem")), "signature")
        for pem in sorted(keys.glob("*.pem")):
            subject = subprocess.run(["openssl", "x509", "-noout", "-subject", "-in", str(pem)], capture_output=True, text=True)
            self.assertIn("(not AMD)", subject.stdout)


class Measure(Attest):
    def test_steps_end_in_the_digest(self):
        spec = str(ROOT / "specs" / "launch" / "pages.json")
        document = json.loads(self.good("measure", spec, "--steps", "--json"))
        self.assertEqual(len(document["steps"]), document["pages"])
        self.assertEqual(document["steps"][-1]["digest"], document["digest"])
        self.assertIn(document["digest"], self.good("measure", spec))

    def test_a_spec_that_is_wrong(self):
        self.write("s.json", '{"format": "cvm-launch", "version": "1.0", "name": "s",\n "pages": [{"type": "ZERO", "gpa": 1}]}')
        self.refused(r"s\.json:2:36: not on a page; expected", "measure", "s.json")
        self.refused(r"none: cannot be opened", "measure", "none")
        pages = str(ROOT / "specs" / "launch" / "pages.json")
        self.refused(r"pages: firmware RAM: ZERO page; expected NORMAL in mode sev", "measure", pages, "--mode", "sev")
        self.refused("cvmlab attest measure", "measure", pages, "--mode", "tdx", code=2)
        self.refused("cvmlab attest measure", "measure", code=2)


class Documents(Attest):
    def test_the_document_and_the_program_list_the_same_reasons(self):
        source = (ROOT / "sim" / "psp" / "reason.c").read_text()
        program = set(re.findall(r'\] = "([a-z0-9-]+)"', source)) - {"none"}
        reasons = DOCUMENT.split("### Reasons")[1].split("### Policies")[0]
        self.assertEqual(set(re.findall(r"^\| `([a-z0-9-]+)` \|", reasons, re.M)), program)

    def test_every_command_of_the_document_runs_as_said(self):
        commands = re.findall(r"^tools/cvmlab ([^#\n]*)(?:# (\d))?", DOCUMENT, re.M)
        self.assertGreaterEqual(len(commands), 6)
        for name in ("specs", "traces"):
            os.symlink(ROOT / name, self.folder / name)
        for line, code in commands:
            with self.subTest(line):
                result = run(*shlex.split(line), cwd=self.folder)
                self.assertEqual(result.returncode, int(code or 0), result.stderr)


if __name__ == "__main__":
    unittest.main()
