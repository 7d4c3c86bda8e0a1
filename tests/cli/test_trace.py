#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab trace: every verb on good input, as a user runs it. Input that is wrong is in test_bad_input.py."""
import csv
import io
import json
import lzma
import pathlib
import subprocess
import tempfile
import unittest

from program import CVMLAB, ROOT, run

BARE = str(ROOT / "traces" / "bare-smp1.cvmt.jsonl.zst")
REFUSED = str(ROOT / "traces" / "refused" / "bad1.cvmt.jsonl.zst")
OTHER = str(ROOT / "traces" / "refused" / "bad2.cvmt.jsonl.zst")
FIXTURES = ROOT / "tests" / "fixtures" / "import"
EVENTS, EXITS = 21, 10  # of REFUSED
RECORD_BYTES = 592


class Trace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def trace(self, *arguments, code=0):
        """Standard output of cvmlab trace ARGUMENTS, which must end with this code and nothing on standard error."""
        result = run("trace", *arguments, cwd=self.folder)
        self.assertEqual((result.returncode, result.stderr), (code, ""), arguments)
        return result.stdout

    def lines(self, *arguments):
        return [json.loads(line) for line in self.trace(*arguments).splitlines()]

    def assert_files(self, *names):
        """The folder holds these files and no other: no temporary one is left."""
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names))


class Import(Trace):
    def test_a_recording_becomes_a_trace_with_what_the_user_states(self):
        self.trace("import", "--from", "kvmrec", str(FIXTURES / "smp2.rec.xz"), "-o", "a.cvmt.jsonl", "--guest", "hello",
                   "--provenance", "a machine", "--map", "mmio:0x10000000+4096", "--map", "ram:0x80000000+0x8000000")
        self.assert_files("a.cvmt.jsonl")
        header = json.loads((self.folder / "a.cvmt.jsonl").read_text().splitlines()[0])
        self.assertEqual(header["guest"]["name"], "hello")
        self.assertEqual(header["source"]["provenance"], "a machine")
        self.assertEqual(header["source"]["name"], "smp2.rec.xz")
        self.assertFalse(header["guest"]["memory_inferred"])
        self.assertEqual(header["guest"]["memory"], [
            {"base": "0x10000000", "kind": "mmio", "size": "0x1000"},
            {"base": "0x80000000", "kind": "ram", "size": "0x8000000"}])

    def test_the_name_of_the_file_decides_about_compression_and_nothing_else(self):
        recording = str(FIXTURES / "smp2.rec.xz")
        self.trace("import", "--from", "kvmrec", recording, "-o", "a.cvmt.jsonl")
        self.trace("import", "--from", "kvmrec", recording, "-o", "a.cvmt.jsonl.zst")
        plain = (self.folder / "a.cvmt.jsonl").read_text()
        self.assertEqual(self.trace("import", "--from", "kvmrec", recording, "-o", "-"), plain)
        self.assertEqual((self.folder / "a.cvmt.jsonl.zst").read_bytes()[:4], b"\x28\xb5\x2f\xfd")
        self.assertIn(": 0 differ", self.trace("diff", "a.cvmt.jsonl", "a.cvmt.jsonl.zst"))

    def test_text_reports_hold_causes_only(self):
        for tool, name in (("trace-cmd", "trace-cmd.txt"), ("trace-cmd", "ftrace.txt"), ("perf", "perf.txt")):
            with self.subTest(name):
                header, *events = self.lines("import", "--from", tool, str(FIXTURES / name), "-o", "-")
                self.assertEqual((header["completeness"], header["source"]["format"]), ("causes-only", tool))
                self.assertTrue(any(event["ev"] == "exit" for event in events))
                self.assertTrue(all(event["gpr"] is None for event in events if event["ev"] != "note"))

    def trace_dat(self):
        """A trace.dat of 400 events of a recording, its kernel symbols blanked."""
        path = self.folder / "trace.dat"
        path.write_bytes(lzma.decompress((FIXTURES / "kvm.dat.xz").read_bytes()))
        return path

    def test_a_trace_dat_says_what_its_report_says_to_the_nanosecond(self):
        binary = run("trace", "import", "--from", "trace-cmd", str(self.trace_dat()), "-o", "-")
        if "is a binary trace.dat" in binary.stderr:
            self.skipTest("built without libtracecmd")
        self.assertEqual((binary.returncode, binary.stderr), (0, ""))
        header, *events = map(json.loads, binary.stdout.splitlines())
        text, *lines = self.lines("import", "--from", "trace-cmd", str(FIXTURES / "kvm.dat.txt.xz"), "-o", "-")
        self.assertEqual(len(events), 400)
        self.assertEqual({event["ev"] for event in events}, {"exit", "resume", "vmm"})
        self.assertEqual(header["guest"]["memory"], text["guest"]["memory"])
        for event, line in zip(events, lines, strict=True):
            self.assertLessEqual(abs(event.pop("t") - line.pop("t")), 500)  # the text is rounded to microseconds
            self.assertEqual(event, line)

    def test_a_damaged_trace_dat_is_refused_with_the_way_out(self):
        path = self.trace_dat()
        whole = path.read_bytes()
        for size in (10, 100, 5000):
            path.write_bytes(whole[:size])
            result = run("trace", "import", "--from", "trace-cmd", str(path), "-o", str(self.folder / "out"))
            self.assertEqual((result.returncode, result.stdout), (3, ""))
            self.assertRegex(result.stderr, r"\A[^\n]*trace\.dat[^\n]*; expected its text: trace-cmd report [^\n]*\n\Z")
        self.assert_files("trace.dat")


class Validate(Trace):
    def test_each_good_file_gets_a_line(self):
        self.assertEqual(self.trace("validate", REFUSED, OTHER).splitlines()[0], f"{REFUSED}: valid, {EVENTS} events")

    def test_a_bad_file_does_not_stop_the_others(self):
        (self.folder / "bad").write_text("{")
        result = run("trace", "validate", "bad", REFUSED, cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout), (3, f"{REFUSED}: valid, {EVENTS} events\n"))
        self.assertRegex(result.stderr, r"\Abad:1:\d+: [^\n]+; expected [^\n]+\n\Z")

    def test_a_trace_can_come_through_a_pipe(self):
        with open(REFUSED, "rb") as trace:
            result = subprocess.run([CVMLAB, "trace", "validate", "-"], stdin=trace, capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, b""))


class Info(Trace):
    def test_the_page_and_the_document_say_the_same(self):
        page, document = self.trace("info", REFUSED), json.loads(self.trace("info", "--json", REFUSED))
        self.assertEqual((document["events"], document["exits"]), (EVENTS, EXITS))
        self.assertIn(f"events      {EVENTS}: {EXITS} exits, ", page)
        self.assertIn(f"guest       {document['guest']}\n", page)
        self.assertEqual(sum(document["exits_by_cause"].values()), EXITS)
        for cause, count in document["exits_by_cause"].items():
            self.assertRegex(page, rf"(?m)^ +{count}  {cause}$")
        for region in document["map"]:
            self.assertRegex(page, rf"(?m)^  0x0*{region['base'][2:]} \+ 0x0*{region['size'][2:]}  {region['kind']}$")

    def test_a_recording_needs_no_import_to_be_shown(self):
        self.trace("import", "--from", "kvmrec", str(FIXTURES / "smp2.rec.xz"), "-o", "a.cvmt.jsonl")
        imported = json.loads(self.trace("info", "--json", "a.cvmt.jsonl"))
        recorded = json.loads(self.trace("info", "--json", str(FIXTURES / "smp2.rec.xz")))
        del imported["producer"], recorded["producer"]
        self.assertEqual(recorded, imported)


class Cut(Trace):
    def test_each_exit_comes_with_its_answer_numbered_from_0(self):
        everything = self.lines("export", "--to", "jsonl", REFUSED, "-o", "-")
        header, *events = self.lines("cut", REFUSED, "--exits", "2..3", "-o", "-")
        self.assertEqual(header["guest"], everything[0]["guest"])
        self.assertEqual([event["n"] for event in events], list(range(len(events))))
        self.assertEqual([event["ev"] for event in events if event["ev"] != "vmm"], ["exit", "resume"] * 2)
        exits = [event for event in everything[1:] if event["ev"] == "exit"]
        self.assertEqual([event["t"] for event in events if event["ev"] == "exit"], [exit["t"] for exit in exits[2:4]])

    def test_the_whole_range_has_every_exit(self):
        self.trace("cut", REFUSED, "--exits", f"0..{EXITS - 1}", "-o", "all.cvmt.jsonl")
        self.assertIn(f"{EXITS} exits compared: 0 differ, 0 only in", self.trace("diff", REFUSED, "all.cvmt.jsonl"))

    def test_a_cut_replays_with_the_verdicts_of_the_whole(self):
        self.trace("cut", BARE, "--exits", "100..199", "-o", "part.cvmt.jsonl.zst")
        self.assert_files("part.cvmt.jsonl.zst")
        part = run("replay", "--json", "part.cvmt.jsonl.zst", cwd=self.folder)
        self.assertEqual((part.returncode, part.stderr), (0, ""))
        replay = json.loads(part.stdout)
        self.assertEqual(sum(row["exits"] for row in replay["by_row"]), 100)
        self.assertEqual(replay["confidential"]["violations"] + replay["integral"]["violations"], 0)
        self.assertEqual(replay["transparent"]["mismatches"], 0)


class Diff(Trace):
    def test_a_trace_equals_itself_and_its_recording(self):
        self.trace("export", "--to", "kvmrec", REFUSED, "-o", "bad1.rec")
        for other in (REFUSED, "bad1.rec"):
            self.assertEqual(self.trace("diff", REFUSED, other),
                             f"{EXITS} exits compared: 0 differ, 0 only in the first, 0 only in the second\n")

    def test_a_changed_register_is_found_where_it_is_and_exits_with_1(self):
        header, *events = self.lines("export", "--to", "jsonl", REFUSED, "-o", "-")
        resumed = next(event for event in events if event["ev"] == "resume" and event["n"] > 0)
        resumed.setdefault("gpr", {})["x31"] = "0x1234"
        changed = "".join(json.dumps(line) + "\n" for line in (header, *events))
        (self.folder / "changed.cvmt.jsonl").write_text(changed)
        difference = self.trace("diff", REFUSED, "changed.cvmt.jsonl", code=1)
        self.assertRegex(difference, r"\Aexit 0 \| 0 [^\n]*\n    resume  x31 +0x0 \| 0x1234\n")

    def test_max_bounds_what_is_shown_not_what_is_counted(self):
        few, many = (self.trace("diff", "--max", number, REFUSED, OTHER, code=1) for number in ("1", "20"))
        self.assertEqual(few.splitlines()[-1], many.splitlines()[-1])
        self.assertLess(len(few), len(many))


class Export(Trace):
    def test_what_was_exported_is_imported_again_unchanged(self):
        self.trace("export", "--to", "kvmrec", REFUSED, "-o", "bad1.rec")
        self.assertEqual((self.folder / "bad1.rec").stat().st_size, EVENTS * RECORD_BYTES)
        header, *events = self.lines("export", "--to", "jsonl", REFUSED, "-o", "-")
        again, *imported = self.lines("import", "--from", "kvmrec", "bad1.rec", "-o", "-")
        self.assertEqual(imported, events)
        self.assertEqual(again["guest"], header["guest"])

    def test_json_lines_of_a_trace_are_the_same_trace(self):
        self.trace("export", "--to", "jsonl", REFUSED, "-o", "a.cvmt.jsonl")
        self.trace("export", "--to", "jsonl", "a.cvmt.jsonl", "-o", "a.cvmt.jsonl.zst")
        plain = (self.folder / "a.cvmt.jsonl").read_text()
        for packed in (REFUSED, "a.cvmt.jsonl.zst"):
            self.assertEqual(self.trace("export", "--to", "jsonl", packed, "-o", "-"), plain)

    def test_csv_has_a_row_for_each_event_and_leaves_the_unknown_empty(self):
        rows = list(csv.DictReader(io.StringIO(self.trace("export", "--to", "csv", REFUSED, "-o", "-"))))
        events = self.lines("export", "--to", "jsonl", REFUSED, "-o", "-")[1:]
        self.assertEqual([(row["ev"], int(row["t"]), row["pc"]) for row in rows],
                         [(event["ev"], event["t"], event["pc"]) for event in events])
        report = self.folder / "causes.cvmt.jsonl"
        self.trace("import", "--from", "trace-cmd", str(FIXTURES / "trace-cmd.txt"), "-o", str(report))
        rows = list(csv.DictReader(io.StringIO(self.trace("export", "--to", "csv", str(report), "-o", "-"))))
        self.assertEqual({row["x10"] for row in rows}, {""})

    def test_a_trace_without_registers_makes_no_recording_and_leaves_what_was_there(self):
        report = self.folder / "causes.cvmt.jsonl"
        self.trace("import", "--from", "trace-cmd", str(FIXTURES / "trace-cmd.txt"), "-o", str(report))
        (self.folder / "kept.rec").write_text("before")
        result = run("trace", "export", "--to", "kvmrec", str(report), "-o", "kept.rec", cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertRegex(result.stderr, r"\Akept\.rec: cannot hold event 0: [^\n]+; expected [^\n]+\n\Z")
        self.assertEqual((self.folder / "kept.rec").read_text(), "before")
        self.assert_files("causes.cvmt.jsonl", "kept.rec")


if __name__ == "__main__":
    unittest.main()
