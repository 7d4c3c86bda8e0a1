#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the guests about privilege under QEMU as well, and compares every trap: whether it is an interrupt, its cause, epc and
tval from the traces of both, htval or mtval2 and htinst or mtinst as the guest finds them, and what each check of the guest says.

usage: compare_qemu.py CVMLAB FOLDER     the program; the folder with the guests (NAME.elf)

Exit code 77, which is a skipped test, without the QEMU whose faults are listed here.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CVMLAB, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
QEMU = "qemu-system-riscv64"
QEMU_KNOWN = "7.2."  # of Debian 12
QEMU_MACHINE = ["-M", "virt", "-cpu", "rv64,h=true,svinval=true,svnapot=true,svpbmt=true", "-m", "256M", "-bios", "none",
                "-nographic", "-icount", "shift=0", "-d", "int"]
SKIPPED = 77
SECONDS = 60

BREAKPOINT, ILLEGAL, VIRTUAL = 3, 2, 22
VS_INTERRUPTS = (1, 5, 9)  # as vscause has them
TIMERS = (5, 6, 7)
OPCODE_SYSTEM = 0x73

Trap = collections.namedtuple("Trap", "is_interrupt cause epc tval tval2 tinst")
Check = collections.namedtuple("Check", "number holds traps")  # the traps since the check before

# --- what QEMU does otherwise everywhere ---
# no-transformed-instruction: htinst and mtinst have only pseudoinstructions, else 0 (the specification allows it)
# breakpoint-without-address: tval of EBREAK is 0, not its address (allowed as well)
# stale-instruction: tval of an illegal or virtual SFENCE, HFENCE, HLV, HSV is 0 or an instruction that trapped before
# hypervisor-number: the log names an interrupt that goes to VS-mode as hie does, one more than vscause has
# own-time: a timer interrupts where QEMU's time says, so its epc is its own


def is_fence_or_guest_access(insn):
    return insn & 0x7f == OPCODE_SYSTEM and insn >> 12 & 3 == 0


def leniently(ours, theirs):
    """Ours, as QEMU would have it."""
    if ours.is_interrupt and theirs.is_interrupt:
        if ours.cause in VS_INTERRUPTS and theirs.cause == ours.cause + 1:
            ours = ours._replace(cause=theirs.cause)
        return ours._replace(epc=theirs.epc) if theirs.cause in TIMERS else ours
    if theirs.tinst == 0:
        ours = ours._replace(tinst=0)
    if ours.cause == BREAKPOINT and theirs.tval == 0:
        ours = ours._replace(tval=0)
    if ours.cause in (ILLEGAL, VIRTUAL) and is_fence_or_guest_access(ours.tval):
        ours = ours._replace(tval=theirs.tval)
    return ours


# --- what QEMU does otherwise in single checks of a guest ---
# All are faults of QEMU 7.2 by the privileged specification but for those that say "allowed".
TRANSFORMED = "no-transformed-instruction (allowed)"
SVADE = "no-svade: A and D are set by hardware, menvcfg.ADUE is not there (allowed, but not announced)"
HLV = "hlv-access-fault: HLV and HLVX that fault in the first stage raise a load access fault; so does HLVX of a page that can" \
      " only be executed"
KNOWN = {
    "delegation": {
        15: "breakpoint-without-address (allowed)",
        21: "exception-as-interrupt: vscause of an illegal instruction (2) is 1, as if it were the interrupt VSSI",
        31: "medeleg-11: the bit of an ECALL from M-mode can be set",
        34: "mideleg-vs: the bits of VS-level interrupts are not fixed to one",
    },
    "privilege": {
        10: "vu-csr: a CSR of S-mode is an illegal, not a virtual instruction in VU-mode",
        36: "tvm-hgatp: TVM does not keep HS-mode from hgatp",
        41: "tvm-vs: TVM keeps VS-mode from vsatp",
        51: "vtvm-satp: VTVM does not keep VS-mode from satp",
        64: "vtsr: with VTSR, SRET is an illegal, not a virtual instruction in VS-mode",
        69: "vu-fence: SFENCE.VMA is an illegal, not a virtual instruction in VU-mode",
    },
    "paging": {15: SVADE, 16: SVADE, 21: SVADE, 23: SVADE, 24: SVADE},
    "two_stages": {
        12: TRANSFORMED, 14: TRANSFORMED, 16: TRANSFORMED, 18: TRANSFORMED, 19: TRANSFORMED, 33: TRANSFORMED,
        17: "amo-load: a guest-page fault of an AMO is one of a load",
        21: "fetch-walk-load: a guest-page fault of a fetch's walk is one of a load",
        43: HLV, 45: HLV, 46: HLV,
    },
    "interrupts": {
        9: "mtimecmp-reset: it is 0, so that MTIP is set from the begin (allowed)",
        21: "mip-seip: cannot be written where a PLIC drives it",
    },
    "protection": {
        1: "mret-without-pmp: MRET to a lower mode is an illegal instruction while no PMP entry is set",
        2: "mret-without-pmp",
    },
    "counters": {
        2: "write-counts: a write to minstret counts itself",
        6: "mcountinhibit-1: the bit of time, which there is not, can be set",
    },
}
# Not compared: extensions (QEMU 7.2 has no Zicbom, Zicboz, Smstateen), and what is about devices, HTIF or several harts.


def read_traps(output):
    """The checks of a run, each with the traps before it; then the traps that no check follows."""
    checks, traps = [], []
    for line in output.splitlines():
        csrs = re.match(r"tval2 (0x\w+) tinst (0x\w+)", line)
        check = re.match(r"check (0x\w+) (holds|fails)", line)
        trap = re.match(r"riscv_cpu_do_interrupt: hart:0, async:(\d), cause:(\w+), epc:(\w+), tval:(\w+)", line)
        if csrs:
            traps[-1] = traps[-1]._replace(tval2=int(csrs[1], 16), tinst=int(csrs[2], 16))
        elif check:
            checks.append(Check(int(check[1], 16), check[2] == "holds", traps))
            traps = []
        elif trap:
            traps.append(Trap(trap[1] == "1", *(int(word, 16) for word in trap.groups()[1:]), None, None))
        elif line.startswith("{"):
            event = json.loads(line)
            if event["event"] in ("trap", "exit"):
                traps.append(Trap(event["cause"].startswith("IRQ"), event["code"], int(event["epc"], 16),
                                  int(event["tval"], 16), None, None))
    return checks, traps


def differs(ours, theirs):
    if ours.holds != theirs.holds or len(ours.traps) != len(theirs.traps):
        return True
    return any(leniently(our, their) != their for our, their in zip(ours.traps, theirs.traps))


def show(check):
    return f"check {check.number} {'holds' if check.holds else 'fails'} after " + "; ".join(
        f"cause {trap.cause}{' (interrupt)' if trap.is_interrupt else ''} epc {trap.epc:#x} tval {trap.tval:#x}"
        f" tval2 {trap.tval2 or 0:#x} tinst {trap.tinst or 0:#x}" for trap in check.traps)


class Comparison(unittest.TestCase):
    def run_guest(self, command, image):
        result = subprocess.run([*command, str(image)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, errors="replace", timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, 0, result.stdout[-500:])
        return read_traps(result.stdout)

    def compare(self, name):
        """The checks that differ, each with what to show of it."""
        image = (FOLDER / f"{name}.elf").read_bytes()
        self.assertEqual(image.count(b"CHECKS=1"), 1)
        with tempfile.NamedTemporaryFile(suffix=".elf") as file:
            file.write(image.replace(b"CHECKS=1", b"CHECKS=0"))
            file.flush()
            ours, ours_rest = self.run_guest([CVMLAB, "run", "--trace", "traps", "--max-instructions", "50000000"], file.name)
            theirs, theirs_rest = self.run_guest([QEMU, *QEMU_MACHINE, "-kernel"], file.name)
        self.assertEqual([check.number for check in ours], [check.number for check in theirs])
        self.assertEqual([check.number for check in ours if not check.holds], [])
        self.assertEqual(ours_rest, theirs_rest)
        self.assertGreater(sum(len(check.traps) for check in ours), 0)
        return {our.number: f"ours: {show(our)}\nQEMU: {show(their)}"
                for our, their in zip(ours, theirs) if differs(our, their)}

    def test_qemu_takes_the_same_traps_but_for_its_known_faults(self):
        for name, known in KNOWN.items():
            with self.subTest(guest=name):
                found = self.compare(name)
                self.assertEqual(sorted(found), sorted(known), "\n" + "\n".join(
                    text for number, text in found.items() if number not in known))


def qemu_version():
    try:
        answer = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    return re.search(r"version (\S+)", answer)[1]


if __name__ == "__main__":
    version = qemu_version()
    if not version or not version.startswith(QEMU_KNOWN):
        print(f"skipped: {f'QEMU is {version}' if version else f'no {QEMU}'}; its faults are known for {QEMU_KNOWN}x (Debian 12)")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
