#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab attack: what is shown, exit codes, and wrong arguments."""
import json
import re
import unittest

from program import run


class Attack(unittest.TestCase):
    def listed(self):
        return [case["name"] for case in json.loads(run("attack", "list", "--json").stdout)["cases"]]

    def test_every_case_is_listed_and_holds(self):
        names = self.listed()
        self.assertGreater(len(names), 30)
        self.assertEqual(re.findall(r"(?m)^(\S+) +the host ", run("attack", "list").stdout), names)
        result = run("attack", "run", "all")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(re.findall(r"(?m)^(\S+) +holds ", result.stdout), names)
        self.assertIn(f"{len(names)} of {len(names)} cases hold", result.stdout)

    def test_a_case_has_an_account(self):
        document = json.loads(run("attack", "run", "length-65535", "data-during", "--json").stdout)
        self.assertEqual((document["schema"], document["holds"]), ("cvmlab-attack", 2))
        length, data = document["cases"]
        self.assertEqual(length["refused"], {"length_above_room": length["lies"]})
        self.assertEqual(length["packets_in"], length["intact"] + length["dropped"] + length["lies"])
        self.assertGreater(data["altered"], 0)
        for case in (length, data):
            self.assertEqual(set(case["broken"].values()), {0})

    def test_every_case_holds_with_every_option_of_folio(self):
        for option in ("none", "header-only", "single-fetch", "egress-guard"):
            result = run("attack", "run", "all", "--with", option, "--json")
            document = json.loads(result.stdout)
            self.assertEqual((result.returncode, document["with"]), (0, option))
            self.assertEqual(document["holds"], len(self.listed()))
            cases = {case["name"]: case for case in document["cases"]}
            if option == "single-fetch":  # whatever the host does: what the peer sealed, once
                self.assertEqual({case["altered"] + case["repeated"] for case in cases.values()}, {0})
                self.assertEqual(list(cases["replay"]["refused"]), ["decrypt"])
            if option == "egress-guard":
                self.assertGreater(cases["vlan"]["refused"]["guard"], 20)
        self.assertIn("the guest uses header-only", run("attack", "run", "vlan", "--with", "header-only").stdout)

    def test_the_same_seed_gives_the_same_bytes(self):
        one, two, other = (run("attack", "run", "garbage", "--json", "--seed", seed).stdout for seed in ("1", "1", "2"))
        self.assertEqual(one, two)
        self.assertNotEqual(one, other)

    def test_a_race_counts_and_copies_are_safe(self):
        result = run("attack", "race", "--seconds", "0", "--json")
        self.assertEqual(result.returncode, 0)
        races = json.loads(result.stdout)["measured"]
        self.assertEqual(len(races), 8)
        self.assertEqual({race["forged"] for race in races if race["form"] == "copy_first"}, {0})

    def test_wrong_arguments_are_usage_errors(self):
        for arguments, line in ((["run"], "a case is needed, or 'all'"),
                                (["run", "length"], "no case 'length'; 'cvmlab attack list' shows them"),
                                (["run", "all", "--seed", "x"], "--seed: 'x' is not a number"),
                                (["run", "all", "--with", "x"], "--with: 'x' is not none, header-only, single-fetch or egress-guard"),
                                (["race", "--seconds", "61"], "--seconds: '61' is not a number from 0 to 60"),
                                (["list", "all"], "no argument is expected: 'all'")):
            result = run("attack", *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(line, result.stderr)


if __name__ == "__main__":
    unittest.main()
