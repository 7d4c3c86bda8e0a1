#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/cvmlab.1.scd against the command table: nothing is missing, nothing is invented."""
import re
import shutil
import subprocess
import unittest

from program import ROOT, table

PAGE = ROOT / "docs" / "cvmlab.1.scd"
OPTION = re.compile(r"\*(--[a-z0-9-]+)\*")


def sections():
    """{"cvmlab trace import": its text, ...} and {"OPTIONS OF EVERY COMMAND": ...}."""
    parts = re.split(r"(?m)^##? (.*)\n", PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2]))


class ManPage(unittest.TestCase):
    def test_every_verb_and_option_is_described(self):
        page = sections()
        common = set(OPTION.findall(page["OPTIONS OF EVERY COMMAND"]))
        for verb, options in table().items():
            with self.subTest(verb):
                self.assertIn(f"cvmlab {verb}", list(page))
                described = set(OPTION.findall(page[f"cvmlab {verb}"]))
                self.assertEqual(options - described - common, set(), "not in the page")
                self.assertEqual(described - options, set(), "not in the program")

    def test_every_verb_of_the_page_exists(self):
        described = {title.removeprefix("cvmlab ") for title in sections() if title.startswith("cvmlab ")}
        self.assertEqual(described, set(table()))

    @unittest.skipUnless(shutil.which("scdoc"), "scdoc is not installed")
    def test_scdoc_accepts_it(self):
        result = subprocess.run(["scdoc"], input=PAGE.read_bytes(), capture_output=True)
        self.assertEqual((result.returncode, result.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
