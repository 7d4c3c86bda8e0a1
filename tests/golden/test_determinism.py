#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same input gives the same bytes; another seed gives the same verdicts."""
import json
import unittest

import golden


def report(*arguments):
    return json.loads(golden.run(["replay", "--json", "--host", "all", *arguments, golden.BARE]).stdout)


def without(document, *keys):
    return {key: value for key, value in document.items() if key not in keys}


class Determinism(unittest.TestCase):
    def test_two_runs_give_the_same_bytes(self):
        for arguments in (golden.cases()["events.jsonl"], ["replay", "--json", "--host", "all", golden.BARE]):
            with self.subTest(arguments):
                self.assertEqual(golden.result(arguments), golden.result(arguments))

    def test_two_runs_give_the_same_event_stream(self):
        arguments = ["replay", "--events", "-", golden.BARE]
        first, second = golden.run(arguments), golden.run(arguments)
        self.assertGreater(len(first.stdout), 1_000_000)
        self.assertEqual(first.stdout, second.stdout)

    def test_another_seed_gives_the_same_verdicts(self):
        time = ("seconds", "exits_per_second")
        usual = report()
        for seed in ("0", "1", "0xffffffffffffffff"):
            with self.subTest(seed):
                other = report("--seed", seed)
                self.assertEqual(int(other["seed"], 16), int(seed, 0))
                self.assertEqual(without(other, "seed", *time), without(usual, "seed", *time))


if __name__ == "__main__":
    unittest.main()
