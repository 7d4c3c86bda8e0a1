#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every case of golden.py gives what tests/golden/expected/ holds, byte for byte."""
import unittest

import golden


class Expected(unittest.TestCase):
    def test_every_case_gives_what_is_expected(self):
        for name, arguments in golden.cases().items():
            with self.subTest(name):
                actual = golden.result(arguments)
                difference = golden.difference(name, golden.expected(name), actual)
                if difference:
                    path = golden.ACTUAL / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(actual)
                    self.fail(f"cvmlab {' '.join(arguments)}\nall of it: {path}\n{difference}")

    def test_traces_are_shipped_and_each_has_a_case(self):
        self.assertTrue(golden.traces())
        for name in golden.traces():
            self.assertIn(f"replay/{name}.json", golden.cases())

    def test_every_shipped_scenario_ends_as_it_says(self):
        self.assertGreaterEqual(len(golden.scenarios()), 10)
        for name in golden.scenarios():
            text = golden.expected(f"scenario/{name}.txt").decode()
            self.assertTrue(text.startswith("exit code 0\n"), name)
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 110, name)

    def test_no_expectation_is_left_without_a_case(self):
        self.assertEqual(golden.stale(), [])

    def test_the_leaky_profile_is_found_out_and_the_registers_are_named(self):
        text = golden.expected("profile/legacy-open.json").decode()
        self.assertTrue(text.startswith("exit code 1\n"))
        for register in ("ra", "sp", "a0", "s11", "vsatp", "fp", "vector"):
            self.assertIn(f'"{register}"', text)


class Comparison(unittest.TestCase):
    def test_one_changed_digit_is_a_difference(self):
        self.assertEqual(golden.difference("x", b"a 1\n", b"a 1\n"), "")
        self.assertIn("+a 2", golden.difference("x", b"a 1\n", b"a 2\n"))
        self.assertIn("accept x", golden.difference("x", None, b""))

    def test_a_long_difference_is_cut(self):
        text = golden.difference("x", b"", b"line\n" * 1000)
        self.assertLess(len(text.splitlines()), 40)
        self.assertIn("lines more", text)

    def test_only_the_time_of_a_run_is_left_out(self):
        report = b'{\n  "exits": 3,\n  "exits_per_second": 4.5,\n  "seconds": 0.1,\n  "seed": "0x1d"\n}\n'
        self.assertEqual(golden.normalised(report), b'{\n  "exits": 3,\n  "seed": "0x1d"\n}\n')
        info = b"seconds     0.007\n"
        self.assertEqual(golden.normalised(info), info)


if __name__ == "__main__":
    unittest.main()
