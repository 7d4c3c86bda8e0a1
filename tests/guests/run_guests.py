#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs every bare-metal guest on the emulated machine, and compares what it prints and how it ends.

usage: run_guests.py CVMLAB FOLDER     the program; the folder with the guests (NAME.elf)
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

CVMLAB, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
PAYLOADS = ["sbi"]
OPENSBI = pathlib.Path("/usr/lib/riscv64-linux-gnu/opensbi/generic")  # Debian's package opensbi
FOUR_HARTS = str(pathlib.Path(__file__).with_name("four-harts.json"))
DISK = b"the first line of the disk\n".ljust(512, b"\0") + b"\0" * (512 * 7)
PASS, LIMIT, FAILED = 0, 4, 5
LIMITS = ["--max-instructions", "50000000"]


def run(name, *arguments, **options):
    return subprocess.run([CVMLAB, "run", *arguments, str(FOLDER / f"{name}.elf")],
                          capture_output=True, text=True, timeout=120, check=False, **options)


# name: (arguments, exit code, standard output, part of standard error)
GUESTS = {
    "hello": ([], PASS, "hello, world\n", "the program passed"),
    "htif": ([], PASS, "character by character\nproxied write\n", "the program passed"),
    "fail": ([], FAILED, "", "the program failed with number 42"),
    "test_device_pass": ([], PASS, "", "the program passed"),
    "test_device_fail": ([], FAILED, "", "the program failed with number 7"),
    "reset": ([], PASS, "", "the program asked for a restart"),
    "semihosting": ([], PASS, "", "the program passed"),
    "timer": ([], PASS, "", "the program passed"),
    "plic": (["--input", "INPUT"], PASS, "draziw\n", "the program passed"),
    "virtio_console": (["--input", "INPUT"], PASS, "wizard\nwizard\n", "the program passed"),
    "virtio_block": (["--disk", "DISK"], PASS, "the first line of the disk\n", "the program passed"),
    "virtio_code": (["--disk", "DISK"], PASS, "", "the program passed"),
    "self_modifying": ([], PASS, "", "the program passed"),
    "wait_forever": ([], LIMIT, "", "every hart waits (wfi) and nothing will wake one; hart 0 at pc 0x80000"),
    "loop_forever": (["--max-instructions", "1000000"], LIMIT, "", "limit of instructions reached at pc 0x80000"),
    "trap_loop": ([], LIMIT, "", "endless loop of traps: EXC_INST_ILLEGAL at pc 0x80000"),
    "jump_nowhere": ([], LIMIT, "", "endless loop of traps: EXC_INST_ACCESS at pc 0x0, tval 0x0"),
    "harts": (["--machine", FOUR_HARTS], PASS, "", "the program passed"),
    "delegation": ([], PASS, "", "the program passed"),
    "privilege": ([], PASS, "", "the program passed"),
    "paging": ([], PASS, "", "the program passed"),
    "two_stages": ([], PASS, "", "the program passed"),
    "interrupts": ([], PASS, "", "the program passed"),
    "protection": ([], PASS, "", "the program passed"),
    "counters": ([], PASS, "", "the program passed"),
    "extensions": ([], PASS, "", "the program passed"),
    "private_memory": (["--machine", "virt-snp"], PASS, "", "the program passed"),
    "signature": (["--signature", "-"], PASS, "89abcdef\n01234567\nfffffffe\nffffffff\n", "the program passed"),
}


class Guests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.files = {"INPUT": pathlib.Path(folder.name) / "input", "DISK": pathlib.Path(folder.name) / "disk"}
        self.files["INPUT"].write_text("wizard\n", encoding="ascii")
        self.files["DISK"].write_bytes(DISK)

    def arguments_of(self, name):
        return LIMITS + [str(self.files.get(argument, argument)) for argument in GUESTS[name][0]]

    def test_every_guest_is_in_the_table(self):
        self.assertEqual(sorted(GUESTS), sorted(path.stem for path in FOLDER.glob("*.elf") if path.stem not in PAYLOADS))

    def test_every_guest_does_what_it_should(self):
        for name, (_, code, output, message) in GUESTS.items():
            with self.subTest(guest=name):
                result = run(name, *self.arguments_of(name))
                self.assertIn(message, result.stderr)
                self.assertEqual((result.returncode, result.stdout), (code, output))

    def test_every_guest_runs_the_same_twice_and_whoever_looks_on(self):
        for name in GUESTS:
            if name == "signature":
                continue
            with self.subTest(guest=name):
                arguments = self.arguments_of(name)
                plain, again = (self.summary(name, arguments) for _ in range(2))
                self.assertEqual(plain, again)
                traced = self.summary(name, arguments + ["--trace", "traps", "--trace", "csr", "--trace-file", "/dev/null"])
                self.assertEqual(plain, traced)
                if plain["instructions"] < 100000:
                    stepped = self.summary(name, arguments + ["--trace", "instructions", "--trace-file", "/dev/null"])
                    self.assertEqual(plain, stepped)

    def summary(self, name, arguments):
        document = json.loads(run(name, "--json", *arguments).stdout)
        del document["measured"]
        return document

    def test_one_hart_too_many_is_no_hart(self):
        self.assertEqual(run("harts", *LIMITS, "--machine", "virt-h").returncode, LIMIT)

    @unittest.skipUnless(OPENSBI.is_dir(), "package opensbi is not installed")
    def test_opensbi_boots_to_a_payload_with_console_and_timer(self):
        for firmware in ("fw_jump.elf", "fw_dynamic.elf", "fw_jump.bin@0x80000000", "fw_dynamic.bin@0x80000000"):
            for machine in ("virt-h", "virt-no-h", FOUR_HARTS):
                with self.subTest(firmware=firmware, machine=machine):
                    counts = {self.boot(firmware, machine) for _ in range(10 if machine == "virt-h" else 2)}
                    self.assertEqual(len(counts), 1)

    def boot(self, firmware, machine):
        """Instructions until the payload shuts the machine down."""
        result = subprocess.run([CVMLAB, "run", "--json", "--machine", machine, str(OPENSBI / firmware), "--payload",
                                 str(FOLDER / "sbi.elf"), *LIMITS],
                                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, PASS, result.stderr)
        self.assertRegex(result.stderr, r"(?s)OpenSBI v.*payload: hart \d\npayload: three timers\n")
        return json.loads(result.stdout)["instructions"]

    def test_a_trace_of_instructions_has_one_line_for_each(self):
        result = run("timer", "--trace", "instructions")
        lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
        count = json.loads(run("timer", "--json").stdout)["instructions"]
        self.assertEqual([line["instret"] for line in lines[:5]], [0, 1, 2, 3, 4])
        self.assertEqual(len(lines), count)
        self.assertEqual(lines[0]["pc"], "0x80000000")

    def test_a_trace_of_traps_has_causes_and_returns(self):
        result = run("timer", "--trace", "traps")
        lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
        self.assertEqual([line["event"] for line in lines], ["trap", "return"] * 4)
        self.assertEqual(lines[0]["cause"], "IRQ_M_TIMER")
        self.assertEqual(lines[0]["epc"], lines[1]["pc"])

    def test_a_trace_of_csrs_names_them(self):
        result = run("hello", "--trace", "csr")
        lines = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
        self.assertEqual((lines[0]["event"], lines[0]["csr"]), ("csr-write", "mtvec"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
