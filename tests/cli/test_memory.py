#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab memory: exit codes, what is shown and what is not, and input that is wrong."""
import json
import pathlib
import re
import tempfile
import unittest

from program import ROOT, run

FIXTURES = ROOT / "tests" / "fixtures" / "scenario"
MINIMAL = str(FIXTURES / "valid" / "minimal.json")


class Run(unittest.TestCase):
    def test_without_a_scenario_those_that_are_shipped_are_listed(self):
        shipped = {path.stem for path in (ROOT / "specs" / "scenarios").glob("*.json")}
        for arguments in ([], ["--list"], ["severed", "--list"]):
            result = run("memory", "run", *arguments)
            self.assertEqual(result.returncode, 0)
            listed = {line.split()[0] for line in result.stdout.splitlines()[1:] if re.match(r"\S+ +\d{4} ", line)}
            self.assertEqual(listed, shipped)

    def test_an_attack_works_in_one_mode_and_is_blocked_in_another(self):
        result = run("memory", "run", "severed")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?m)^sev +attack works$")
        self.assertRegex(result.stdout, r"(?m)^snp +blocked$")
        self.assertIn("reverse-map: entry says gpa 0x8000, used at 0x9000", result.stdout)
        self.assertIn("EuroSec 2018", result.stdout)

    def test_one_mode_is_run_alone(self):
        result = run("memory", "run", "severed", "--mode", "snp")
        self.assertIn("mode snp\n", result.stdout)
        self.assertNotIn("mode sev", result.stdout)
        self.assertEqual(run("memory", "run", "severed", "--mode", "all").stdout, run("memory", "run", "severed").stdout)

    def test_a_finding_has_exit_code_1_and_says_what_was_expected(self):
        result = run("memory", "run", str(FIXTURES / "valid" / "finding.json"))
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertIn("=> holds; the scenario says: blocked", result.stdout)

    def test_a_step_that_differs_is_marked(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "wrong.json")
            path.write_text(pathlib.Path(MINIMAL).read_text().replace('"expect": "ok"', '"expect": "vc"'))
            result = run("memory", "run", str(path), "--mode", "snp")
            self.assertEqual(result.returncode, 1)
            self.assertIn('NOT AS EXPECTED: "ok"; the scenario says "vc"', result.stdout)
            document = json.loads(run("memory", "run", str(path), "--mode", "snp", "--json").stdout)
            step = document["modes"][0]["steps"][0]
            self.assertEqual((step["outcome"], step["expected"], step["as_expected"]), ("ok", "vc", False))
            self.assertEqual(document["modes"][0]["ends"], "broken")

    def test_steps_are_cut_out_and_the_end_is_not_told(self):
        result = run("memory", "run", "severed", "--mode", "sev", "--steps", "4..6")
        numbers = re.findall(r"(?m)^ +(\d+)  \S", result.stdout)
        self.assertEqual((result.returncode, numbers), (0, ["4", "5", "6"]))
        self.assertNotIn("=>", result.stdout)
        numbers = re.findall(r"(?m)^ +(\d+)  \S", run("memory", "run", "severed", "--mode", "sev", "--steps", "8..").stdout)
        self.assertEqual(numbers, ["8", "9"])

    def test_json_names_schema_mode_and_seed(self):
        document = json.loads(run("memory", "run", "severed", "--json", "--seed", "0x2a").stdout)
        self.assertEqual((document["schema"], document["version"]), ("cvm-scenario-run", "1.0"))
        self.assertEqual([mode["name"] for mode in document["modes"]], ["none", "sev", "sev-es", "snp"])
        self.assertEqual({mode["seed"] for mode in document["modes"]}, {"0x2a"})
        fault = document["modes"][3]["steps"][-1]
        self.assertEqual((fault["outcome"], fault["op"]), ("npf reverse-map", "read"))
        self.assertEqual(int(fault["error"], 16) >> 31 & 0b1001, 0b1001)  # RMP, ENC

    def test_another_machine_gives_other_ciphertext_and_the_same_verdict(self):
        usual = json.loads(run("memory", "run", "severed", "--json").stdout)
        other = json.loads(run("memory", "run", "severed", "--json", "--machine", "snp-zen5").stdout)
        self.assertEqual([mode["ends"] for mode in usual["modes"]], [mode["ends"] for mode in other["modes"]])
        self.assertNotEqual(usual["modes"][1]["steps"][3]["after"], other["modes"][1]["steps"][3]["after"])

    def test_colour_only_where_it_is_asked_for(self):
        self.assertNotIn("\033", run("memory", "run", "severed").stdout)
        self.assertIn("\033[", run("memory", "run", "severed", "--color=always").stdout)


class Show(unittest.TestCase):
    def test_the_state_follows_the_steps(self):
        for step, state in ((1, "Firmware"), (2, "Context"), (30, "Hypervisor")):
            document = json.loads(run("memory", "show", "--json", "--after", str(step)).stdout)
            states = {entry["spa"]: entry["state"] for entry in document["ranges"]}
            self.assertEqual(states.get("0x10000", "Hypervisor"), state)

    def test_a_stopped_access_is_marked(self):
        self.assertIn("!", run("memory", "show", "--after", "16").stdout.split("P private")[0])
        self.assertNotIn("!", run("memory", "show", "--after", "17").stdout.split("P private")[0])

    def test_a_page_is_shown_to_guest_and_host(self):
        document = json.loads(run("memory", "show", "severed", "--page", "secret", "--json").stdout)
        self.assertEqual((document["schema"], document["asid"], document["as"]), ("cvm-memory-page", 1, "hypervisor"))
        self.assertEqual(bytes.fromhex(document["plaintext"])[:8], b"PIN 4711")
        self.assertEqual(len(document["seen"]), 8192)
        self.assertNotEqual(document["plaintext"], document["seen"])
        self.assertEqual(document["plaintext_letters"], "." + "A" * 255)
        self.assertEqual(document["seen_letters"], "." * 256)

    def test_without_encryption_both_see_the_same(self):
        document = json.loads(run("memory", "show", "severed", "--page", "secret", "--mode", "none", "--json").stdout)
        self.assertEqual(document["plaintext"], document["seen"])
        self.assertEqual(document["plaintext_letters"], document["seen_letters"])

    def test_hiding_hides_from_software_and_not_from_the_bus(self):
        arguments = ["memory", "show", "cipherleaks", "--mode", "snp-hiding", "--page", "stack", "--json"]
        host, bus = (json.loads(run(*arguments, "--as", who).stdout) for who in ("hypervisor", "dram"))
        self.assertEqual(set(host["seen"]), {"f"})
        self.assertNotEqual(host["seen"], bus["seen"])

    def test_lines_fit_on_a_slide(self):
        for arguments in (["--page", "code"], ["--page", "code", "--mode", "none"], ["page-sizes"]):
            lines = run("memory", "show", *arguments).stdout.splitlines()
            self.assertLessEqual(max(map(len, lines)), 110 if "--page" not in arguments else 96)
            self.assertLess(len(lines), 40)


class Document(unittest.TestCase):
    def test_docs_name_every_scenario_operation_and_outcome(self):
        text = (ROOT / "docs" / "SCENARIOS.md").read_text(encoding="utf-8")
        words = set(re.findall(r"`([^`\n]+)`", text))
        schema = json.loads((ROOT / "specs" / "schema" / "scenario.json").read_text(encoding="utf-8"))["definitions"]
        self.assertEqual(set(schema["step"]["properties"]["op"]["enum"]) - words, set())
        outcomes = {word for word in schema["outcome"]["enum"] if not word.isupper() or word.startswith("FAIL_")}
        self.assertEqual(outcomes - words, set())
        self.assertEqual({path.stem for path in (ROOT / "specs" / "scenarios").glob("*.json")} - words, set())

    def test_the_example_of_the_document_ends_as_it_says(self):
        text = (ROOT / "docs" / "SCENARIOS.md").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "peek.json")
            path.write_text(re.search(r"(?s)```json\n(.*?)```", text)[1])
            result = run("memory", "run", str(path))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn("attack works, as the scenario says", result.stdout)


class Wrong(unittest.TestCase):
    def check(self, code, message, *arguments):
        result = run("memory", *arguments)
        with self.subTest(" ".join(arguments)):
            self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
            self.assertRegex(result.stderr, rf"\A{message}")
            if code == 3:
                self.assertRegex(result.stderr, r"\A[^\n]*; expected [^\n]*\n\Z")

    def test_every_bad_fixture_is_refused_by_both_verbs(self):
        paths = sorted((FIXTURES / "schema").glob("*.json")) + sorted((FIXTURES / "semantic").glob("*.json"))
        self.assertGreater(len(paths), 80)
        for path in paths:
            self.check(3, "", "show", str(path))
            self.check(3, "", "run", str(path), "--json")

    def test_names_that_do_not_exist(self):
        self.check(3, 'scenario: unknown scenario "sevred"; expected ', "run", "sevred")
        self.check(3, 'machine: unknown machine "big"; expected ', "run", "severed", "--machine", "big")
        self.check(3, r'specs/scenarios/severed\.json: the scenario does not run in mode "tdx"; expected none, sev, ',
                   "run", "severed", "--mode", "tdx")
        self.check(3, r'specs/scenarios/severed\.json: there is no page "sceret"; expected ', "show", "severed",
                   "--page", "sceret")
        self.check(3, r'specs/scenarios/severed\.json: there is no memory at "0x800000"; expected ', "show", "severed",
                   "--page", "0x800000")
        self.check(3, r'specs/scenarios/severed\.json: there is no view of "nic"; expected ', "show", "severed", "--page",
                   "secret", "--as", "nic")

    def test_steps_that_do_not_exist(self):
        self.check(3, r"specs/scenarios/severed\.json: there is no step 10; expected 1 to 9", "run", "severed", "--steps",
                   "10..")
        self.check(3, r"specs/scenarios/severed\.json: there is no such step; expected --after 1 to 9", "show", "severed",
                   "--after", "10")

    def test_a_wrong_command_line(self):
        self.check(2, "cvmlab memory run: --steps: 'x' is no range of steps", "run", "severed", "--steps", "x")
        self.check(2, "cvmlab memory run: --steps: '5..3' is no range of steps", "run", "severed", "--steps", "5..3")
        self.check(2, "cvmlab memory run: --steps: '0' is no range of steps", "run", "severed", "--steps", "0")
        self.check(2, "cvmlab memory run: --seed: 'x' is not a number", "run", "severed", "--seed", "x")
        self.check(2, "cvmlab memory run: one scenario at a time", "run", "severed", "dma")
        self.check(2, "cvmlab memory show: --as goes with --page", "show", "--as", "dram")
        self.check(2, "cvmlab memory show: --after: steps count from 1", "show", "--after", "0")

    def test_files_that_cannot_be_read(self):
        self.check(3, r"\./missing\.json: cannot be opened: No such file or directory; expected ", "run", "./missing.json")
        self.check(3, r"/: not a regular file; expected ", "run", "/")


if __name__ == "__main__":
    unittest.main()
