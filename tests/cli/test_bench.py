#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab bench memory: what it writes for a person and for a program. No test looks at how fast it is."""
import json
import unittest

from program import run


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


if __name__ == "__main__":
    unittest.main()
