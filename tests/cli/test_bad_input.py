#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Input that is wrong: one line on standard error that says where and what was expected, exit code 3, nothing else.

Exit code 2 is for a wrong command line, 4 for what the system refuses. Every rule is tried with every command that
reads such a file.
"""
import json
import lzma
import os
import pathlib
import re
import tempfile
import unittest

from program import ROOT, run

TRACE = str(ROOT / "traces" / "refused" / "bad1.cvmt.jsonl.zst")
RECORD_BYTES = 592
TYPE, VCPU_ID, TIME, X0 = 0, 28, 8, 72  # offsets in a record, sim/trace/import/kvmrec_record.h
REPORT = "vmm-184   [001]    41.757274: kvm_exit:   SEPC:0x80000000, SCAUSE:0x14, STVAL:0x0, HTVAL:0x0, HTINST:0x0\n"


class BadInput(unittest.TestCase):
    """A folder of its own to work in; what the commands would write lies in out/ and must not appear."""

    @classmethod
    def setUpClass(cls):
        plain = run("trace", "export", "--to", "jsonl", "-o", "-", TRACE)
        assert plain.returncode == 0, plain.stderr
        cls.lines = plain.stdout.splitlines(keepends=True)
        cls.exit = next(i for i, line in enumerate(cls.lines) if '"ev":"exit"' in line)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "out").mkdir()

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def changed(self, index, old, new):
        """The trace with one line changed."""
        lines = list(self.lines)
        lines[index], count = re.subn(old, new, lines[index], count=1)
        self.assertEqual(count, 1, f"{old} is not in line {index + 1}")
        return "".join(lines)

    def recording(self):
        path = self.folder / "good.rec"
        self.assertEqual(run("trace", "export", "--to", "kvmrec", "-o", str(path), TRACE).returncode, 0)
        return bytearray(path.read_bytes())

    def check(self, code, message, *arguments):
        result = run(*arguments, cwd=self.folder)
        with self.subTest(" ".join(arguments)):
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, rf"\A{message}[^\n]*\n\Z")
            self.assertEqual(list((self.folder / "out").iterdir()), [])

    def check_trace(self, name, message):
        """message begins behind the name of the file."""
        message = re.escape(name) + ":" + message
        self.check(3, message, "replay", name)
        self.check(3, message, "replay", "--json", "--host", "all", name)
        self.check(3, message, "replay", "--events", "out/events.jsonl", name)
        self.check(3, message, "trace", "validate", name)
        self.check(3, message, "trace", "info", name)
        self.check(3, message, "trace", "diff", TRACE, name)
        self.check(3, message, "trace", "cut", "--exits", "0..99999", name, "-o", "out/cut.jsonl")
        self.check(3, message, "trace", "export", "--to", "csv", name, "-o", "out/trace.csv")
        self.check(3, message, "trace", "export", "--to", "jsonl", name, "-o", "out/trace.cvmt.jsonl.zst")

    def check_recording(self, name, message, import_message=None):
        self.check_trace(name, message)
        self.check(3, re.escape(name) + ":" + (import_message or message),
                   "trace", "import", "--from", "kvmrec", name, "-o", "out/import.cvmt.jsonl")


class BadTrace(BadInput):
    def test_a_file_that_ends_inside_a_line(self):
        self.write("cut.cvmt.jsonl", "".join(self.lines)[:-30])
        self.check_trace("cut.cvmt.jsonl", rf"{len(self.lines)}:\d+: file ends inside a line: truncated; expected ")

    def test_a_compressed_file_that_is_cut_short(self):
        self.write("cut.zst", pathlib.Path(TRACE).read_bytes()[:-40])
        self.check_trace("cut.zst", " file ends inside a zstd frame: truncated; expected ")

    def test_a_compressed_file_with_one_changed_byte(self):
        content = bytearray(pathlib.Path(TRACE).read_bytes())
        content[len(content) // 2] ^= 0xFF
        self.write("damaged.zst", content)
        self.check_trace("damaged.zst", r" corrupted zstd data \(.*\); expected ")

    def test_a_file_of_a_later_version(self):
        self.write("new.cvmt.jsonl", self.changed(0, '"version":"1.0"', '"version":"2.0"'))
        self.check_trace("new.cvmt.jsonl", "1: trace version 2.0 is too new; expected 1.x")

    def test_a_key_that_comes_twice(self):
        self.write("twice.cvmt.jsonl", self.changed(self.exit, '"cpu":0', '"cpu":0,"cpu":0'))
        self.check_trace("twice.cvmt.jsonl", rf"{self.exit + 1}:\d+: [^\n]*; expected ")

    def test_a_number_that_is_out_of_range(self):
        self.write("range.cvmt.jsonl", self.changed(self.exit, '"cpu":0', '"cpu":5000'))
        self.check_trace("range.cvmt.jsonl", rf"{self.exit + 1}:\d+: number out of range; expected 0 to 1023")

    def test_a_time_that_goes_back(self):
        self.write("back.cvmt.jsonl", self.changed(self.exit, r'"t":\d+', '"t":1'))
        self.check_trace("back.cvmt.jsonl", rf"{self.exit + 1}:\d+: t goes back on cpu 0; expected at least \d+")

    def test_an_event_of_an_unknown_type(self):
        self.write("type.cvmt.jsonl", self.changed(self.exit, '"ev":"exit"', '"ev":"leave"'))
        self.check_trace("type.cvmt.jsonl", rf"{self.exit + 1}:\d+: [^\n]*; expected ")

    def test_an_exit_of_a_vcpu_that_the_guest_does_not_have(self):
        self.write("vcpu.cvmt.jsonl", self.changed(self.exit, '"cpu":0', '"cpu":7'))
        self.check_trace("vcpu.cvmt.jsonl", rf"{self.exit + 1}:\d+: the guest has no such vCPU; expected a cpu below 1")

    def test_memory_regions_that_overlap(self):
        self.write("map.cvmt.jsonl", self.changed(0, '"kind":"mmio","size":"0x1000"', '"kind":"mmio","size":"0x80000000"'))
        self.check_trace("map.cvmt.jsonl", "1: memory regions overlap or are not sorted by base; expected ")

    def test_files_that_are_no_trace(self):
        self.write("empty", "")
        self.write("text", "hello\n")
        self.check_trace("empty", " file is empty; expected a trace")
        self.check_trace("text", " not a trace; expected JSON Lines")
        self.check_trace("/dev/null", " file is empty; expected a trace")
        (self.folder / "folder").mkdir()
        self.check_trace("folder", " is a directory; expected ")
        self.check_trace("missing", " cannot open: No such file or directory")

    def test_a_file_that_may_not_be_read(self):
        secret = self.write("secret", "{}\n")
        secret.chmod(0)
        if os.access(secret, os.R_OK):
            self.skipTest("root reads every file")
        self.check_trace("secret", " cannot open: Permission denied")

    def test_a_control_character_in_a_name_does_not_reach_the_terminal(self):
        self.write("a\x1b[31m\nb", "")
        self.check(3, r"a\?\[31m\?b: file is empty", "trace", "validate", "a\x1b[31m\nb")


class BadRecording(BadInput):
    def test_a_size_that_is_no_multiple_of_a_record(self):
        self.write("odd.rec", self.recording()[:-1])
        self.check_recording("odd.rec", r" size \d+ is no multiple of 592: truncated; expected ",
                             r" has \d+ bytes; expected kvmrec records of 592 bytes each")

    def test_a_record_of_an_unknown_type(self):
        content = self.recording()
        content[4 * RECORD_BYTES + TYPE] = 7
        self.write("type.rec", content)
        self.check_recording("type.rec", " record 5 has an unknown type; expected 0 ")

    def test_records_of_the_other_byte_order(self):
        content = self.recording()
        for at in range(0, len(content), RECORD_BYTES):
            content[at:at + 4] = content[at:at + 4][::-1]
        first = next(at for at in range(0, len(content), RECORD_BYTES) if any(content[at:at + 4])) // RECORD_BYTES
        self.write("big.rec", content[first * RECORD_BYTES:])
        self.check_recording("big.rec", " first record is of no known type; expected 0, 1 or 2, little-endian",
                             " record 1 has an unknown type; expected 0 ")

    def test_values_that_no_recording_has(self):
        for offset, message in ((VCPU_ID, "a vCPU id out of range; expected 0 to 15"),
                                (TIME + 7, "a time out of range; expected at most "),
                                (X0, "x0 different from 0; expected 0")):
            content = self.recording()
            content[2 * RECORD_BYTES + offset] = 0x63
            self.write("value.rec", content)
            self.check_recording("value.rec", f" record 3 has {message}")

    def test_compressed_recordings_that_are_damaged(self):
        content = lzma.compress(bytes(self.recording()))
        self.write("cut.rec.xz", content[:-30])
        self.check_recording("cut.rec.xz", " xz data is truncated; expected ")
        self.write("damaged.rec.xz", content[:200] + bytes([content[200] ^ 0xFF]) + content[201:])
        self.check_recording("damaged.rec.xz", " xz data is damaged; expected ")

    def test_a_report_with_a_bad_line(self):
        self.write("bad.txt", REPORT + REPORT.replace("SCAUSE:0x14", "SCAUSE:twenty"))
        for tool in ("trace-cmd", "perf"):
            self.check(3, r"bad\.txt:2:\d+: ", "trace", "import", "--from", tool, "bad.txt", "-o", "out/x.cvmt.jsonl")

    def test_a_report_without_an_event(self):
        self.write("none.txt", "nothing of KVM here\n")
        self.check(3, r"none\.txt: has no event of KVM; expected ",
                   "trace", "import", "--from", "perf", "none.txt", "-o", "out/x.cvmt.jsonl")


class BadProfile(BadInput):
    def profile(self, name, rows=(), **members):
        document = {"format": "cvm-exposure", "version": "1.0", "name": name, "inherits": "strict", "summary": "a test",
                    "rows": list(rows)}
        document.update(members)
        if document["inherits"] is None:
            del document["inherits"]
        self.write(f"{name}.json", json.dumps(document, indent=1))

    @staticmethod
    def store_row(*read):
        return {"id": "MMIO.S", "causes": ["EXC_STORE_GUEST_PAGE_FAULT"], "when": "a store", "route": "host",
                "read": list(read), "write": [], "pc": "len", "inject": "none", "why": "a test", "source": "none"}

    def check_profile(self, name, message):
        self.check(3, message, "spec", "lint", name)
        self.check(3, message, "spec", "show", name)
        self.check(3, message, "spec", "diff", "strict", name)
        self.check(3, message, "replay", "--spec", name, TRACE)
        self.check(3, message, "replay", "--reference", name, "--events", "out/events.jsonl", TRACE)

    def test_a_register_that_does_not_exist(self):
        self.profile("reg", [self.store_row({"item": "a8"})])
        self.check_profile("reg.json", r'reg\.json:\d+:\d+: unknown item "a8"; expected ')

    def test_a_row_that_is_missing(self):
        self.profile("row", inherits=None)
        self.check_profile("row.json", r"row\.json:\d+:\d+: row INT\.SSI is missing; expected ")

    def test_masks_that_overlap(self):
        self.profile("mask", [self.store_row({"item": "htval", "mask": "0xff"}, {"item": "htval", "mask": "0x80"})])
        self.check_profile("mask.json", r"mask\.json:\d+:\d+: MMIO\.S: slot htval is given twice, with overlapping masks; expected ")

    def test_profiles_that_inherit_in_a_circle(self):
        self.profile("one", inherits="two")
        self.profile("two", inherits="one")
        self.check_profile("one.json", r"two\.json:\d+:\d+: profile cycle: [^\n]*; expected a chain that ends")

    def test_a_parent_that_does_not_exist(self):
        self.profile("child", inherits="nobody")
        self.check_profile("child.json", r'child\.json:\d+:\d+: no profile "nobody"[^\n]*; expected ')

    def test_files_that_are_no_profile(self):
        self.write("empty.json", "")
        self.write("list.json", "[]")
        self.write("cut.json", '{"format": "cvm-exposure",')
        (self.folder / "folder").mkdir()
        self.check_profile("empty.json", r"empty\.json:1:1: [^\n]*; expected a JSON object")
        self.check_profile("list.json", r"list\.json:1:1: [^\n]*; expected ")
        self.check_profile("cut.json", r"cut\.json:1:\d+: ")
        self.check_profile("./folder", r"\./folder: [^\n]*; expected a JSON file")
        self.check_profile("./missing.json", r"\./missing\.json: cannot be opened: No such file or directory; expected ")
        self.check_profile("unheard-of", r'profile: unknown profile "unheard-of"; expected [^\n]*strict')


class BadRequest(BadInput):
    def check_usage(self, message, *arguments):
        result = run(*arguments, cwd=self.folder)
        with self.subTest(" ".join(arguments)):
            self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
            self.assertIn(message, result.stderr.splitlines()[0])

    def test_a_host_model_that_does_not_exist(self):
        self.check_usage("no model 'hyper-v'; expected ", "replay", "--host", "hyper-v", TRACE)

    def test_options_that_do_not_read(self):
        self.check_usage("--exit: 'x' is not a number", "replay", "--exit", "x", TRACE)
        self.check_usage("--seed: '-1' is not a number", "replay", "--seed", "-1", TRACE)
        self.check_usage("--fail-on: 'leak' is no kind of finding", "replay", "--fail-on", "leak", TRACE)
        self.check_usage("--fill: '1'; expected seed:N", "replay", "--fill", "1", TRACE)
        self.check_usage("'elf' is not kvmrec, trace-cmd or perf", "trace", "import", "--from", "elf", "x", "-o", "y")
        self.check_usage("no trace; expected ", "replay")

    def test_regions_that_overlap(self):
        self.check_usage("do not overlap", "trace", "import", "--from", "kvmrec", "x.rec", "-o", "out/y.cvmt.jsonl",
                         "--map", "ram:0x80000000+0x10000", "--map", "mmio:0x80001000+0x1000")

    def test_an_event_that_is_no_exit(self):
        self.write("trace.cvmt.jsonl", "".join(self.lines))
        for event in (self.exit, 10 ** 9):  # the event behind the first exit; one behind the end
            self.check(3, rf"trace\.cvmt\.jsonl: event {event} is no exit of this trace; expected ",
                       "replay", "--exit", str(event), "trace.cvmt.jsonl")

    def test_a_range_of_exits_behind_the_end(self):
        self.check(3, "[^\n]*the trace has 10 exits[^\n]*; expected ",
                   "trace", "cut", "--exits", "900..1200", TRACE, "-o", "out/cut.cvmt.jsonl")

    def test_an_output_whose_folder_does_not_exist(self):
        for arguments in (["replay", "--events", "no/such/x.jsonl", TRACE],
                          ["trace", "export", "--to", "csv", TRACE, "-o", "no/such/x.csv"],
                          ["trace", "cut", "--exits", "0..1", TRACE, "-o", "no/such/x.cvmt.jsonl"]):
            self.check(4, r"no/such/x\.[a-z.]*: cannot create: No such file or directory", *arguments)

    def test_an_output_that_is_full(self):
        for arguments in (["replay", "--events", "/dev/full", TRACE],
                          ["trace", "export", "--to", "csv", TRACE, "-o", "/dev/full"]):
            self.check(4, "/dev/full: cannot write: No space left on device", *arguments)

    def test_a_bad_trace_behind_good_ones_leaves_no_half_report(self):
        self.write("cut.cvmt.jsonl", "".join(self.lines)[:-30])
        self.check(3, r"cut\.cvmt\.jsonl:", "replay", "--json", TRACE, "cut.cvmt.jsonl")
        self.check(3, r"cut\.cvmt\.jsonl:", "replay", "--events", "-", TRACE, "cut.cvmt.jsonl")

    def test_an_old_output_survives_a_run_that_fails(self):
        old = self.write("kept.cvmt.jsonl", "what was there\n")
        self.write("cut.cvmt.jsonl", "".join(self.lines)[:-30])
        self.check(3, r"cut\.cvmt\.jsonl:", "trace", "export", "--to", "jsonl", "cut.cvmt.jsonl", "-o", "kept.cvmt.jsonl")
        self.assertEqual(old.read_text(), "what was there\n")


if __name__ == "__main__":
    unittest.main()
