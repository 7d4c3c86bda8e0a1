#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab bench memory and bench hart: what they write for a person and for a program. No test looks at how fast it is."""
import json
import os
import pathlib
import tempfile
import unittest

from program import run

SPECS = pathlib.Path(__file__).resolve().parents[2] / "specs"


class BenchMemory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = run("bench", "memory", "--repeat", "1", "--json")

    def test_the_document_is_complete(self):
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))
        document = json.loads(self.result.stdout)
        self.assertEqual((document["schema"], document["version"]), ("cvm-bench-memory", "1.0"))
        self.assertEqual((document["evidence"], document["metadata"]["evidence"]), ("measured", "modelled"))
        self.assertEqual(document["repetitions"], 1)
        for row in document["series"]:
            with self.subTest(row["name"]):
                self.assertLessEqual(row["min"], row["median"])
                self.assertLessEqual(row["median"], row["max"])
                self.assertEqual("met" in row, "target" in row)
        met = [row["met"] for row in document["series"] if "met" in row] + [document["metadata"]["met"]]
        self.assertEqual(document["targets_met"], all(met))
        self.assertLessEqual(document["metadata"]["share"], 0.01)

    def test_a_machine_of_4_gib_costs_no_more_than_one_of_4_mib(self):
        small, large = json.loads(self.result.stdout)["machines"]
        self.assertEqual((small["ram_bytes"], large["ram_bytes"]), (4 << 20, 4 << 30))
        self.assertLess(large["create_resident_bytes"], 1 << 20)

    def test_the_page_for_a_person_names_every_target(self):
        result = run("bench", "memory", "--repeat", "1")
        self.assertEqual(result.returncode, 0)
        lines = [line for line in result.stdout.splitlines() if "target" in line]
        targets = [row for row in json.loads(self.result.stdout)["series"] if "target" in row]
        self.assertEqual(len(lines), len(targets) + 1)
        self.assertIn("measured: 1 repetition", result.stdout)
        self.assertIn("modelled: metadata", result.stdout)

    def test_a_wrong_command_line_is_refused(self):
        for arguments, message in ((["--repeat", "0"], "'0' is not a number from 1 to 1000"),
                                   (["--repeat", "many"], "'many' is not a number"), (["x"], "Too many arguments")):
            with self.subTest(arguments):
                result = run("bench", "memory", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)


class BenchHart(unittest.TestCase):
    """With a QEMU that ends at once, and without one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def qemu(self, body):
        program = self.path / "qemu-system-riscv64"
        program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "QEMU emulator version 1.2.3 (x)" && exit 0\n{body}\n')
        program.chmod(0o755)
        return {**os.environ, "PATH": f"{self.path}:/usr/bin:/bin", "TMPDIR": str(self.path)}

    def test_the_document_is_complete_and_the_counts_are_always_the_same(self):
        environment = {**os.environ, "PATH": "/nonexistent"}
        result = run("bench", "hart", "--repeat", "1", "--json", env=environment)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        document = json.loads(result.stdout)
        self.assertEqual((document["schema"], document["version"], document["evidence"]), ("cvm-bench-hart", "1.0", "measured"))
        self.assertIsNone(document["qemu"])
        self.assertEqual([row["name"] for row in document["series"]], ["open", "mixed", "exit_ecall", "exit_fault", "mmio"])
        self.assertEqual(document["targets_met"], all(row["met"] for row in document["series"]))
        self.assertEqual(document["instructions"],
                         {"mixed": 184730355, "exit_ecall": 7600123, "exit_fault": 8400123, "mmio": 3000019})

    def test_qemu_runs_the_same_images_and_leaves_nothing_behind(self):
        result = run("bench", "hart", "--repeat", "1",
                     env=self.qemu(f'echo "$@" >>{self.path}/log; cp "$8" {self.path}/image'))
        self.assertEqual(result.returncode, 0)
        self.assertIn("QEMU 1.2.3", result.stdout)
        self.assertIn("QEMU / ours, fault", result.stdout)
        self.assertEqual(len((self.path / "log").read_text().splitlines()), 5)
        self.assertEqual((self.path / "image").stat().st_size, (SPECS / "guests/exits.bin").stat().st_size)
        self.assertEqual(sorted(file.name for file in self.path.iterdir()), ["image", "log", "qemu-system-riscv64"])

    def test_a_qemu_that_fails_is_named(self):
        result = run("bench", "hart", "--repeat", "1", env=self.qemu("exit 1"))
        self.assertEqual(result.returncode, 4)
        self.assertEqual(result.stderr.splitlines()[-1], "qemu-system-riscv64: did not run the program to its end")

    def test_no_room_for_an_image_is_said(self):
        environment = {**self.qemu("exit 0"), "TMPDIR": "/nonexistent"}
        result = run("bench", "hart", "--repeat", "1", env=environment)
        self.assertEqual(result.returncode, 4)
        self.assertIn("no room for the image", result.stderr)


if __name__ == "__main__":
    unittest.main()
