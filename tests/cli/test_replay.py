#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`cvmlab replay` as a user meets it: the table, the JSON document, the event stream, one exit, the exit code."""
import json
import pathlib
import tempfile
import unittest

from program import ROOT, run

BARE = "traces/bare-smp1.cvmt.jsonl.zst"
TINY = "traces/refused/bad1.cvmt.jsonl.zst"
OTHER = "traces/refused/bad7.cvmt.jsonl.zst"

# What scripts may rely on (docs/REPLAY.md).
KEYS = {"bits_exposed", "bits_total", "by_row", "confidential", "entries", "events", "exits", "exits_per_second", "holds",
        "hosts", "inferred", "integral", "encoding_differences", "reference", "schema", "seconds", "seed", "spec", "traces",
        "transparent", "unknown_rows", "version"}
ROW_KEYS = {"row", "exits", "entries", "bits_exposed", "accepted", "refused", "starved", "mismatches", "explained", "inferred",
            "leaked", "leaks", "breached", "breaches"}
SUMS = ("exits", "entries", "events", "bits_exposed", "bits_total", "inferred", "unknown_rows")


def replay(*arguments):
    return run("replay", *arguments, cwd=ROOT)


def report(*arguments):
    return json.loads(replay("--json", *arguments).stdout)


class Report(unittest.TestCase):
    def test_the_document_has_the_promised_keys(self):
        document = report(TINY)
        self.assertEqual((document["schema"], document["version"]), ("cvm-replay", "1.0"))
        self.assertLessEqual(KEYS, set(document))
        for row in document["by_row"]:
            self.assertLessEqual(ROW_KEYS, set(row))
        self.assertEqual(set(document["confidential"]), {"violations"})
        self.assertEqual(set(document["integral"]), {"violations", "refused"})
        self.assertEqual(set(document["transparent"]), {"equal", "explained", "mismatches", "starved", "unanswered"})

    def test_rows_add_up_to_the_totals(self):
        document = report(BARE)
        for key in ("exits", "entries", "bits_exposed", "inferred"):
            self.assertEqual(sum(row[key] for row in document["by_row"]), document[key], key)
        transparent = document["transparent"]
        outcomes = transparent["equal"] + transparent["mismatches"] + sum(transparent["explained"].values())
        self.assertEqual(outcomes, document["exits"] + document["entries"] - transparent["unanswered"])

    def test_several_traces_give_one_sum(self):
        one, other, both = report(TINY), report(OTHER), report(TINY, OTHER)
        for key in SUMS:
            self.assertEqual(both[key], one[key] + other[key], key)
        self.assertEqual(both["traces"], [TINY, OTHER])

    def test_the_table_ends_with_one_verdict(self):
        result = replay(TINY)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for verdict in ("confidential  yes", "integral      yes", "transparent   yes"):
            self.assertIn(verdict, result.stdout)
        self.assertTrue(result.stdout.endswith("All verdicts hold.\n"))

    def test_a_recording_and_its_trace_give_the_same_report(self):
        with tempfile.TemporaryDirectory() as folder:
            recording = pathlib.Path(folder) / "bad1.rec"
            self.assertEqual(run("trace", "export", "--to", "kvmrec", TINY, "-o", str(recording), cwd=ROOT).returncode, 0)
            direct, traced = report(str(recording)), report(TINY)
        for key in KEYS - {"traces", "seconds", "exits_per_second"}:
            self.assertEqual(direct[key], traced[key], key)


class LeakyProfile(unittest.TestCase):
    def test_it_is_a_finding_and_the_registers_are_named(self):
        result = replay("--spec", "legacy-open", TINY)
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertRegex(result.stdout, r"LEAK +INT\.SSI +\d+ exits: ra sp gp tp")
        self.assertIn("FINDINGS: see above.", result.stdout)
        document = report("--spec", "legacy-open", TINY)
        self.assertFalse(document["holds"])
        self.assertGreater(document["confidential"]["violations"], 0)
        self.assertGreater(document["integral"]["violations"], 0)

    def test_judged_against_itself_a_profile_leaks_nothing(self):
        for profile in ("strict", "cove", "salus", "ace", "kvm-min", "legacy-open"):
            with self.subTest(profile):
                document = report("--spec", profile, "--reference", profile, BARE)
                self.assertEqual(document["confidential"]["violations"], 0)
                self.assertEqual(document["integral"]["violations"], 0)

    def test_fail_on_chooses_what_counts(self):
        self.assertEqual(replay("--spec", "legacy-open", "--fail-on", "none", TINY).returncode, 0)
        self.assertEqual(replay("--spec", "legacy-open", "--fail-on", "integral", TINY).returncode, 1)
        self.assertEqual(replay("--fail-on", "confidential,integral", BARE).returncode, 0)
        self.assertEqual(replay("--fail-on", "explained", BARE).returncode, 1)
        self.assertEqual(replay("--fail-on", "inferred", BARE).returncode, 1)


class Hosts(unittest.TestCase):
    def test_all_names_every_model_once(self):
        models = [host["host"] for host in report("--host", "all", TINY)["hosts"]]
        self.assertEqual(len(models), len(set(models)))
        self.assertLessEqual({"kvm", "xvisor", "bao", "bhyve", "cove"}, set(models))

    def test_the_option_repeats(self):
        hosts = report("--host", "kvm", "--host", "bao", TINY)["hosts"]
        self.assertEqual([host["host"] for host in hosts], ["kvm", "bao"])

    def test_no_model_differs_but_by_a_documented_bug(self):
        for host in report("--host", "all", BARE)["hosts"]:
            self.assertEqual(host["differs"], 0, host)
            self.assertGreater(host["equal"], 0, host)


class Events(unittest.TestCase):
    def test_the_stream_on_standard_output_is_nothing_but_json_lines(self):
        result = replay("--events", "-", TINY)
        self.assertEqual(result.returncode, 0)
        events = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([event["n"] for event in events], list(range(len(events))))
        exits = [event for event in events if event["ev"] == "exit"]
        self.assertEqual(len(exits), report(TINY)["exits"])
        self.assertIn("All verdicts hold.", result.stderr)

    def test_the_file_holds_the_same_stream(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "events.jsonl"
            result = replay("--events", str(path), TINY)
            self.assertTrue(result.stdout.endswith("All verdicts hold.\n"))
            self.assertEqual(path.read_text(encoding="utf-8"), replay("--events", "-", TINY).stdout)

    def test_the_host_sees_nothing_that_the_profile_hides(self):
        shown = [json.loads(line) for line in replay("--events", "-", TINY).stdout.splitlines()]
        exposed = [event for event in shown if event["ev"] == "expose"]
        self.assertTrue(exposed)
        for event in exposed:
            self.assertFalse(event["leaked"])
            self.assertLessEqual(len(event["gpr"]), 8)  # a0 to a7 at most

    def test_one_exit_is_shown_in_four_columns(self):
        first = next(json.loads(line) for line in replay("--events", "-", TINY).stdout.splitlines()
                     if json.loads(line)["row"] == "GPF.X.RAM")
        result = replay("--exit", str(first["exit"]), TINY)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, rf"(?m)^exit {first['exit']}  vCPU 0 .* row GPF\.X\.RAM ")
        self.assertRegex(result.stdout, r"(?m)^ +guest +host saw +host wrote +guest after")
        self.assertRegex(result.stdout, rf"(?m)^pc +{first['pc']} +0x20000000\w\d +")


class CausesOnly(unittest.TestCase):
    LINE = "vmm-184   [001]    41.75727{}: kvm_exit:   SEPC:0x80000000, SCAUSE:0x14, STVAL:0x80000000, HTVAL:0x20000000, HTINST:0x0\n"
    ENTRY = "vmm-184   [001]    41.75727{}: kvm_entry:   PC: 0x0000000080000000\n"

    def test_registers_are_made_up_only_when_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            text, trace = pathlib.Path(folder) / "report.txt", str(pathlib.Path(folder) / "x.cvmt.jsonl")
            text.write_text("".join([self.ENTRY.format(1), self.LINE.format(2), self.ENTRY.format(3)]), encoding="ascii")
            imported = run("trace", "import", "--from", "trace-cmd", str(text), "-o", trace)
            self.assertEqual((imported.returncode, imported.stderr), (0, ""))
            plain, filled = run("replay", trace), run("replay", "--fill", "seed:7", "--json", trace)
            table = run("replay", "--fill", "seed:7", trace)
        self.assertEqual((plain.returncode, plain.stdout), (3, ""))
        self.assertIn("--fill", plain.stderr)
        self.assertEqual(filled.returncode, 0)
        document = json.loads(filled.stdout)
        self.assertEqual((document["exits"], document["seed"]), (1, "0x7"))
        for verdict in ("confidential  yes", "integral      n/a", "transparent   n/a"):
            self.assertIn(verdict, table.stdout)


if __name__ == "__main__":
    unittest.main()
