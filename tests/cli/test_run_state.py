#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab run --record, --snapshot and --restore."""
import json
import pathlib
import struct
import tempfile
import unittest

from program import run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ECALL, FAULT, MMIO = range(3)
ROUNDS = 300
AT = "@0x80000000"
# What the guest prints, and reads: lui s0, 0x10000; li s1, 200; loop: lbu t1, (s0); sb t1, (s0); addi s1, s1, -1;
# bnez s1, loop; then lui t0, 0x100; lui t1, 5; addi t1, t1, 0x555; sw t1, (t0); j .
ECHO = struct.pack("<11I", 0x10000437, 0x0C800493, 0x00044303, 0x00640023, 0xFFF48493, 0xFE049AE3,
                   0x001002B7, 0x00005337, 0x55530313, 0x0062A023, 0x0000006F)


class State(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return str(self.folder / name)

    def file(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.path(name)

    def exits(self, kind, rounds=ROUNDS):
        """The exit benchmark, with its numbers in it."""
        image = bytearray((SOURCE / "specs/guests/exits.bin").read_bytes())
        image[8:24] = struct.pack("<QQ", rounds, kind)
        return self.file(f"exits{kind}.bin", image) + AT

    def document(self, *arguments, code=0):
        result = run("run", "--json", *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        document = json.loads(result.stdout)
        del document["measured"]
        return document, result.stderr

    def refused(self, code, message, *arguments):
        result = run("run", *arguments)
        self.assertEqual(result.returncode, code)
        self.assertEqual(result.stdout, "")
        self.assertIn(message, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1)

    # --- recording ---

    def recorded(self, name, *arguments):
        self.assertEqual(run("run", "--record", self.path(name), *arguments).returncode, 0)
        return (self.folder / name).read_bytes()

    def test_a_recorded_exit_benchmark_replays_without_violation_or_mismatch(self):
        for kind, row in ((ECALL, "SBI.LEG"), (FAULT, "MMIO.L")):
            with self.subTest(row):
                self.recorded("exits.cvmt.jsonl.zst", self.exits(kind))
                result = run("replay", "--json", self.path("exits.cvmt.jsonl.zst"))
                report = json.loads(result.stdout)
                self.assertEqual((result.returncode, report["exits"]), (0, ROUNDS + 1))
                self.assertEqual((report["confidential"]["violations"], report["integral"]["violations"],
                                  report["transparent"]["mismatches"]), (0, 0, 0))
                self.assertEqual(report["transparent"]["equal"], ROUNDS)
                self.assertIn(row, [one["row"] for one in report["by_row"]])

    def test_a_recording_is_the_same_every_time_and_changes_nothing_of_the_run(self):
        plain, _ = self.document(self.exits(FAULT))
        first = self.recorded("one.cvmt.jsonl", self.exits(FAULT))
        self.assertEqual(first, self.recorded("two.cvmt.jsonl", self.exits(FAULT)))
        watched, _ = self.document("--record", self.path("three.cvmt.jsonl"), "--trace", "exits", "--trace-file",
                                   self.path("trace"), self.exits(FAULT))
        self.assertEqual((plain, first), (watched, (self.folder / "three.cvmt.jsonl").read_bytes()))

    def test_a_recording_says_where_it_comes_from_and_what_trapped(self):
        lines = [json.loads(line) for line in self.recorded("a.cvmt.jsonl", self.exits(FAULT)).splitlines()]
        self.assertRegex(lines[0]["producer"], r"^cvmlab [0-9.]+ run --record$")
        self.assertRegex(lines[0]["source"]["provenance"], r"^emulated: machine virt-h, 1 hart\(s\), .*seed [0-9]+;")
        self.assertEqual(lines[0]["guest"]["memory"], [{"base": "0x40000000", "kind": "mmio", "size": "0x1000"}])
        self.assertEqual((lines[1]["ev"], lines[2]["cause"]), ("resume", "EXC_LOAD_GUEST_PAGE_FAULT"))
        self.assertEqual((lines[2]["insn"], lines[2]["csr"]["htval"]), ("0x4b503", "0x10000000"))
        self.assertEqual([line["n"] for line in lines[1:]], list(range(2 * (ROUNDS + 1))))
        self.assertEqual(run("trace", "validate", self.path("a.cvmt.jsonl")).returncode, 0)

    def test_what_cannot_be_recorded_is_said(self):
        echo = self.file("echo", ECHO) + AT
        result = run("run", "--record", self.path("x"), echo)
        self.assertEqual(result.returncode, 3)
        self.assertIn("nothing to record: no hart ran with V = 1; expected a hypervisor", result.stderr)
        self.refused(4, "/nowhere/x: cannot create", "--record", "/nowhere/x", echo)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["echo"])

    # --- snapshots ---

    def test_a_restored_machine_goes_on_bit_for_bit(self):
        text = bytes(range(97, 123)) * 8
        program, given = self.file("echo", ECHO) + AT, ("--input", self.file("input", text))
        whole, console = self.document(*given, program)
        self.assertEqual(console, text.decode()[:200])
        for at in range(1, whole["instructions"] - 4, 53):
            with self.subTest(at):
                cut, shown = self.document(*given, "--snapshot-at", str(at), "--snapshot", self.path("snap"), program)
                self.assertEqual((cut, shown), (whole, console))
                rest, shown = self.document(*given, "--restore", self.path("snap"))
                self.assertEqual(rest, whole)
                self.assertEqual(console[len(console) - len(shown):], shown)
                self.assertLess(len(shown), 201 if at < 9 else 200)

    def test_a_restored_hypervisor_has_the_same_exits_and_can_be_cut_again(self):
        whole, _ = self.document(self.exits(FAULT))
        self.document("--snapshot-at", "9000", "--snapshot", self.path("one"), self.exits(FAULT))
        self.document("--restore", self.path("one"), "--snapshot-at", "20000", "--snapshot", self.path("two"))
        rest, _ = self.document("--restore", self.path("two"))
        self.assertEqual(rest, whole)

    def test_the_same_snapshot_twice_is_the_same_bytes(self):
        for name in ("one", "two"):
            self.document("--snapshot-at", "9000", "--snapshot", self.path(name), self.exits(ECALL))
        self.assertEqual((self.folder / "one").read_bytes(), (self.folder / "two").read_bytes())
        self.assertLess(len((self.folder / "one").read_bytes()), 10000)

    def test_a_snapshot_that_does_not_fit_is_refused(self):
        self.document("--snapshot-at", "9000", "--snapshot", self.path("good"), self.exits(ECALL))
        good = (self.folder / "good").read_bytes()
        for name, data, message in (
                ("empty", b"", "is no snapshot; expected a file of cvmlab run --snapshot"),
                ("text", b"hello, world\n", "is no snapshot"),
                ("head", good[:20], "the snapshot is truncated"),
                ("short", good[:-1], "the snapshot is truncated"),
                ("half", good[:len(good) // 2], "the snapshot is truncated"),
                ("long", good + b"x", "the snapshot is corrupt"),
                ("newer", good[:16] + b"\2" + good[17:], "the snapshot is of version 2; expected 1"),
                ("size", good[:20] + b"\1" + good[21:], "the snapshot is corrupt"),
                ("changed", good[:1000] + bytes([good[1000] ^ 1]) + good[1001:], "the snapshot is corrupt")):
            with self.subTest(name):
                self.refused(3, f"{self.path(name)}: {message}", "--restore", self.file(name, data))
        self.refused(3, "the snapshot is of another machine (virt-h); expected one of virt-no-h", "--restore",
                     self.path("good"), "--machine", "virt-no-h")
        self.refused(3, "the snapshot is of another machine", "--restore", self.path("good"), "--disk",
                     self.file("disk", bytes(512)))
        self.refused(3, "cannot be opened", "--restore", "/nowhere/snap")
        self.refused(4, "/nowhere/snap: cannot create", "--snapshot-at", "5", "--snapshot", "/nowhere/snap",
                     self.exits(ECALL))

    def test_input_that_the_guest_has_read_must_be_there_again(self):
        program, given = self.file("echo", ECHO) + AT, ("--input", self.file("input", b"x" * 50))
        self.document(*given, "--snapshot-at", "300", "--snapshot", self.path("snap"), program)
        self.refused(3, "the guest had read 50 bytes of input; expected the same --input, not 0 bytes",
                     "--restore", self.path("snap"))

    def test_a_snapshot_behind_the_end_is_not_written(self):
        result = run("run", "--snapshot-at", "100000000", "--snapshot", self.path("snap"), self.exits(ECALL))
        self.assertEqual(result.returncode, 4)
        self.assertIn("was not written: --snapshot-at is 100000000; expected a place before the end of the run",
                      result.stderr)
        self.assertIn("the program passed", result.stderr)
        self.assertFalse((self.folder / "snap").exists())

    def test_wrong_arguments_are_named(self):
        for arguments, message in ((["--snapshot-at", "5", "a"], "--snapshot-at and --snapshot need each other"),
                                   (["--snapshot", "x", "a"], "--snapshot-at and --snapshot need each other"),
                                   (["--restore", "x", "a"], "--restore goes on with the program of the snapshot: 'a' is"),
                                   (["--record", "-", "a"], "--record and --snapshot need a file"),
                                   (["--snapshot-at", "0", "a"], "--snapshot-at: '0' is not a number from 1")):
            with self.subTest(arguments):
                result = run("run", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)


if __name__ == "__main__":
    unittest.main()
