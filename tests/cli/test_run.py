#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab run: arguments, files that are refused, and what is shown. What programs do is in tests/guests."""
import json
import pathlib
import struct
import subprocess
import tempfile
import unittest

from program import CVMLAB, run

# lui t0, 0x100; lui t1, VALUE >> 12; addi t1, t1, VALUE; sw t1, (t0); j .
TEST_DEVICE = 0x001002B7


def finisher(value):
    """A program that writes value to the test device."""
    upper, lower = (value + 0x800) >> 12, value & 0xFFF
    return struct.pack("<5I", TEST_DEVICE, 0x337 | upper << 12, 0x30313 | lower << 20, 0x0062A023, 0x6F)


PASS = finisher(0x5555)


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, data, name="program"):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def raw(self, data):
        return self.file(data) + "@0x80000000"

    def test_a_raw_program_passes_and_fails(self):
        result = run("run", self.raw(PASS))
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertRegex(result.stderr, r"^cvmlab: the program passed; 4 instructions, 0 traps, 0 exits; measured: ")
        result = run("run", self.raw(finisher(9 << 16 | 0x3333)))
        self.assertEqual(result.returncode, 5)
        self.assertIn("the program failed with number 9;", result.stderr)

    def test_the_document_has_everything(self):
        result = run("run", "--json", self.raw(PASS))
        document = json.loads(result.stdout)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(document["schema"], "cvmlab-run")
        self.assertEqual((document["end"], document["instructions"], document["exits"]), ("pass", 4, 0))
        self.assertEqual(sorted(document["measured"]), ["exits_per_second", "mips", "seconds"])

    def test_a_limit_ends_the_run_with_code_4(self):
        loop = struct.pack("<I", 0x6F)
        result = run("run", "--max-instructions", "1000", self.raw(loop))
        self.assertEqual(result.returncode, 4)
        self.assertIn("limit of instructions reached at pc 0x80000000; 1000 instructions", result.stderr)
        result = run("run", "--timeout", "0.2", "--json", self.raw(loop))
        self.assertEqual((result.returncode, json.loads(result.stdout)["end"]), (4, "time"))

    def test_what_the_machine_is_can_be_shown(self):
        self.assertTrue(run("run", "--print-isa").stdout.startswith("rv64imafdch_zicbom_"))
        self.assertEqual(run("run", "--print-isa", "--machine", "tiny").stdout, "rv64imafdc_zicntr_zicsr_zifencei\n")
        source = run("run", "--dump-dts", "--machine", "virt-no-h").stdout
        self.assertTrue(source.startswith("/dts-v1/;\n\n/ {\n"))
        self.assertIn('model = "cvmlab,virt-no-h";', source)

    def test_a_trace_goes_into_a_file(self):
        trace = self.folder / "trace"
        result = run("run", "--trace", "instructions", "--trace-file", str(trace), self.raw(PASS))
        lines = [json.loads(line) for line in trace.read_text().splitlines()]
        self.assertEqual([line["pc"] for line in lines], [f"0x{0x80000000 + 4 * i:x}" for i in range(4)])
        self.assertEqual(lines[0]["insn"], f"0x{TEST_DEVICE:x}")
        self.assertNotIn("instret", result.stderr)

    def test_wrong_arguments_are_named(self):
        for arguments, message in ((["run"], "a program is missing: an ELF file, or FILE@ADDRESS"),
                                   (["run", "a", "b"], "one program at a time: 'b' is too many"),
                                   (["run", "--trace", "all", "a"], "--trace: 'all' is not exits, traps, instructions or csr"),
                                   (["run", "--trace-file", "x", "a"], "--trace-file needs --trace"),
                                   (["run", "--max-instructions", "0", "a"], "--max-instructions: '0' is not a number from 1"),
                                   (["run", "--max-instructions", "-1", "a"], "--max-instructions: '-1' is not a number from 1"),
                                   (["run", "--timeout", "soon", "a"], "--timeout: 'soon' is not a number of seconds"),
                                   (["run", "--dump-dts", "a"], "--dump-dts and --print-isa run nothing: 'a' is too many"),
                                   (["run", "--dump-dts", "--print-isa"], "--dump-dts and --print-isa: one at a time")):
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)

    def refused(self, message, *arguments):
        result = run("run", *arguments)
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertRegex(result.stderr, r"^[^\n]*; expected [^\n]*\n$")
        self.assertIn(message, result.stderr)

    def test_files_that_do_not_fit_are_refused(self):
        script, empty = self.file(b"#!/bin/sh\n", "script"), self.file(b"", "empty")
        self.refused("this is no ELF file; expected one, or FILE@ADDRESS for a raw image", script)
        self.refused("the file is empty; expected an ELF file", empty)
        self.refused("the file is empty; expected a raw image", empty + "@0x80000000")
        self.refused("cannot be opened: No such file", "/nowhere/program")
        self.refused("0x14 bytes at 0x1000 do not lie in RAM; expected 0x80000000 to 0x8fffffff", self.file(PASS) + "@0x1000")
        self.refused("do not lie in RAM; expected 0x80000000 to 0x800fffff", "--machine", "tiny", self.file(PASS) + "@0x80100000")
        self.refused("there is no room for the device tree; expected ", self.file(PASS) + "@0x8fffff00")
        self.refused("overlaps", self.raw(PASS), "--payload", self.file(PASS, "payload") + "@0x80000010")
        self.refused("there is no signature; expected the symbols", "--signature", "-", self.raw(PASS))
        self.refused("cannot be opened", "--disk", "/nowhere/disk", self.raw(PASS))
        self.refused("cannot be opened", "--input", "/nowhere/input", self.raw(PASS))

    def test_machines_that_cannot_run_are_refused(self):
        self.refused("unknown machine \"vax\"; expected", "--machine", "vax", self.raw(PASS))
        self.refused("snp-lab: the machine has no harts; expected one like virt-h", "--machine", "snp-lab", self.raw(PASS))
        self.refused("snp-lab: the machine has no harts", "--machine", "snp-lab", "--dump-dts")

    def test_a_trace_that_cannot_be_written_is_an_error_of_the_system(self):
        result = run("run", "--trace", "csr", "--trace-file", "/nowhere/trace", self.raw(PASS))
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertIn("/nowhere/trace: cannot be written", result.stderr)

    def test_a_console_that_cannot_be_written_is_an_error_of_the_system(self):
        # lui t0, 0x10000; addi t1, zero, 10; sb t1, (t0); and then the pass
        newline = struct.pack("<3I", 0x100002B7, 0x00A00313, 0x00628023) + PASS
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run([CVMLAB, "run", self.raw(newline)], stdout=full, stderr=subprocess.PIPE, text=True,
                                    timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (4, "console: was not written\n"))

    def test_standard_input_can_be_the_input(self):
        # lui t0, 0x10000; lbu t1, (t0); sb t1, (t0); and then the pass
        echo = struct.pack("<3I", 0x100002B7, 0x0002C303, 0x00628023) + PASS
        result = run("run", "--input", "-", self.raw(echo), input="x")
        self.assertEqual((result.returncode, result.stdout), (0, "x"))


if __name__ == "__main__":
    unittest.main()
