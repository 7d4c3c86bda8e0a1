#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/count_tests on reports whose sums are known."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

COUNT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "count_tests"
CMOCKA = "[  PASSED  ] 3 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] x\n"
UNITTEST = "....\n-----\nRan 4 tests in 0.1s\n\nFAILED (failures=1, skipped=1)\n"


def case(status, output="", inner=""):
    return f'<testcase name="t" status="{status}">{inner}<system-out>{output}</system-out></testcase>'


class CountTests(unittest.TestCase):
    def count(self, *cases):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as report:
            report.write(f"<testsuite>{''.join(cases)}</testsuite>")
            report.flush()
            result = subprocess.run([sys.executable, COUNT, report.name], capture_output=True, text=True)
        return result.stdout.splitlines()[-1], result.returncode

    def test_a_plain_program_is_one_test(self):
        self.assertEqual(self.count(case("run")), ("1 passed, 0 failed, 0 skipped", 0))

    def test_tests_of_cmocka_are_counted_one_by_one(self):
        self.assertEqual(self.count(case("run", CMOCKA)), ("3 passed, 0 failed, 1 skipped", 0))

    def test_tests_of_unittest_are_counted_one_by_one(self):
        self.assertEqual(self.count(case("fail", UNITTEST)), ("2 passed, 1 failed, 1 skipped", 1))

    def test_a_crash_after_the_last_test_is_a_failure(self):
        self.assertEqual(self.count(case("fail", CMOCKA)), ("3 passed, 1 failed, 1 skipped", 1))

    def test_a_program_that_is_not_there_is_a_failure(self):
        lost = case("notrun", inner='<skipped message="Unable to find executable"/>')
        self.assertEqual(self.count(lost), ("0 passed, 1 failed, 0 skipped", 1))

    def test_a_program_that_skips_itself_is_skipped(self):
        skipped = case("notrun", inner='<skipped message="SKIP_RETURN_CODE=77"/>')
        self.assertEqual(self.count(case("run"), skipped), ("1 passed, 0 failed, 1 skipped", 0))

    def test_no_test_at_all_is_no_success(self):
        self.assertEqual(self.count(), ("0 passed, 0 failed, 0 skipped", 1))


if __name__ == "__main__":
    unittest.main()
