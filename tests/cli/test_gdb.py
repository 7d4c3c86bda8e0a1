#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab run --gdb: GDB itself where it is installed, and the packets of its protocol by hand."""
import json
import pathlib
import re
import shutil
import socket
import stat
import struct
import subprocess
import tempfile
import time
import unittest

from program import CVMLAB, ROOT, run

GDB = shutil.which("gdb-multiarch")
GUESTS = pathlib.Path(CVMLAB).resolve().parent / "tests" / "guests"
EXITS = GUESTS / "exits.elf"
PRIVATE = GUESTS / "programs" / "private_memory.elf"
HARTS = GUESTS / "programs" / "harts.elf"
FOUR_HARTS = pathlib.Path(__file__).parents[1] / "guests" / "four-harts.json"

# addi t0, t0, 1; j . - 4
COUNT_FOREVER = struct.pack("<2I", 0x00128293, 0xFFDFF06F)
# lui t0, 0x100; lui t1, 5; addi t1, t1, 0x555; sw t1, (t0); j .
PASS = struct.pack("<5I", 0x001002B7, 0x5337, 0x55530313, 0x0062A023, 0x6F)
# auipc t0, 0; ld t1, 32(t0); sd t1, 40(t0); addi t2, t2, 1; then the pass
STORE = struct.pack("<4I", 0x297, 0x0202B303, 0x0262B423, 0x00138393) + PASS
# j .
LOOP = struct.pack("<I", 0x6F)
WFI = struct.pack("<I", 0x10500073)


class Debugged(unittest.TestCase):
    """A run that waits for GDB at a socket."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.place = str(self.folder / "gdb")
        self.program = None

    def raw(self, data):
        path = self.folder / "program"
        path.write_bytes(data)
        return str(path) + "@0x80000000"

    def start(self, *arguments, place=None):
        self.program = subprocess.Popen([CVMLAB, "run", "--gdb", place or self.place, *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        return self.program.stderr.readline()

    def stop(self):
        if self.program.poll() is None:
            self.program.kill()
        self.program.communicate()

    def end(self):
        """Exit code, console and messages."""
        out, err = self.program.communicate(timeout=60)
        return self.program.returncode, out, err


class Peer:
    """The other side of the protocol."""

    def __init__(self, place):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(place)
        self.socket.settimeout(30)
        self.arrived = b""

    def close(self):
        self.socket.close()

    def send(self, data):
        data = data.encode("latin-1")
        self.socket.sendall(b"$" + data + b"#%02x" % (sum(data) % 256))

    def answer(self):
        """The data of the next packet; None: the connection has ended."""
        while True:
            found = re.search(rb"\$([^#]*)#(..)", self.arrived, re.DOTALL)
            if found:
                self.arrived = self.arrived[found.end():]
                assert sum(found.group(1)) % 256 == int(found.group(2), 16)
                self.socket.sendall(b"+")
                return re.sub(rb"}(.)", lambda byte: bytes([byte.group(1)[0] ^ 0x20]), found.group(1)).decode("latin-1")
            more = self.socket.recv(4096)
            if not more:
                return None
            self.arrived += more

    def ask(self, data):
        self.send(data)
        return self.answer()

    def monitor(self, command):
        """What a monitor command prints."""
        self.send("qRcmd," + command.encode().hex())
        text = ""
        while True:
            answer = self.answer()
            if not answer.startswith("O") or answer == "OK":
                return text
            text += bytes.fromhex(answer[1:]).decode()

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")


class Protocol(Debugged):
    def attach(self, *arguments):
        self.start(*arguments)
        peer = Peer(self.place)
        self.addCleanup(peer.close)
        return peer

    def test_places_that_others_could_reach_are_refused(self):
        for place in ("0.0.0.0:1234", "::1", "0", "65536", "localhost", "tcp::1234", "", "-1", " 12", "12x", "/" + 200 * "x"):
            with self.subTest(place):
                result = run("run", "--gdb", place, "program")
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(f"--gdb: '{place}' is neither a port (1 to 65535, of this computer only) nor the path of a socket",
                              result.stderr)

    def test_what_runs_before_gdb_is_there_is_refused(self):
        result = run("run", "--gdb", self.place, "--snapshot-at", "1", "--snapshot", "x", "program")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("--gdb and --snapshot: one at a time", result.stderr)

    def test_a_snapshot_can_be_debugged(self):
        snapshot = str(self.folder / "snapshot")
        run("run", "--max-instructions", "100", "--snapshot-at", "10", "--snapshot", snapshot, self.raw(COUNT_FOREVER))
        peer = self.attach("--restore", snapshot)
        here = peer.register(32)
        self.assertEqual(peer.register(5), 5)
        self.assertEqual(peer.ask("bs"), "T05thread:1;replaylog:begin;")
        self.assertEqual(peer.ask("s"), "T05thread:1;")
        self.assertEqual((peer.ask("bs"), peer.register(32)), ("T05thread:1;", here))

    def test_a_place_that_is_taken_is_an_error_of_the_system(self):
        (self.folder / "gdb").write_text("mine")
        result = run("run", "--gdb", self.place, self.raw(PASS))
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertRegex(result.stderr, r"^[^\n]*cannot listen here: [^\n]*; expected a port or a path that nobody uses\n$")
        self.assertEqual((self.folder / "gdb").read_text(), "mine")

    def test_a_socket_is_private_and_does_not_stay(self):
        self.assertEqual(self.start(self.raw(PASS)), f"cvmlab: waiting for gdb: target remote {self.place}\n")
        self.assertEqual(stat.S_IMODE(pathlib.Path(self.place).stat().st_mode), 0o600)
        peer = Peer(self.place)
        self.assertEqual(peer.ask("c"), "W00")
        peer.close()
        self.assertEqual(self.end()[0], 0)
        self.assertFalse(pathlib.Path(self.place).exists())

    def test_a_socket_left_by_a_killed_run_is_no_hindrance(self):
        self.start(self.raw(PASS))
        self.program.kill()
        self.end()
        self.assertTrue(pathlib.Path(self.place).is_socket())
        peer = self.attach(self.raw(PASS))
        self.assertEqual(peer.ask("c"), "W00")

    def test_a_port_is_of_the_loopback_interface(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.assertEqual(self.start(self.raw(PASS), place=str(port)), f"cvmlab: waiting for gdb: target remote 127.0.0.1:{port}\n")
        listeners = pathlib.Path("/proc/net/tcp").read_text()
        self.assertIn(f"0100007F:{port:04X} 00000000:0000 0A", listeners)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
            peer.sendall(b"$c#63")
            received = b""
            while b"#b7" not in received:
                received += peer.recv(100)
        self.assertEqual((received, self.end()[0]), (b"+$W00#b7", 0))

    def test_registers_are_read_and_written(self):
        peer = self.attach(self.raw(COUNT_FOREVER))
        self.assertEqual(peer.ask("?"), "T05thread:1;")
        self.assertEqual(peer.register(32), 0x80000000)
        self.assertEqual(peer.ask("P5=0102030405060708"), "OK")
        self.assertEqual(peer.ask("s"), "T05thread:1;")
        self.assertEqual((peer.register(5), peer.register(32)), (0x0807060504030202, 0x80000004))
        everything = peer.ask("g")
        self.assertEqual(len(everything), 65 * 16)
        self.assertEqual(everything[5 * 16:6 * 16], "0202030405060708")
        self.assertEqual(peer.ask("G" + everything[:5 * 16] + "07" + 14 * "0"), "OK")
        self.assertEqual(peer.register(5), 7)
        self.assertEqual(peer.ask("P21=000000000000f03f"), "OK")  # ft0
        self.assertEqual(peer.ask("p21"), "000000000000f03f")
        self.assertEqual(peer.ask(f"P{65 + 0x340:x}=8877665544332211"), "OK")  # mscratch
        self.assertEqual(peer.register(65 + 0x340), 0x1122334455667788)
        self.assertEqual(peer.register(65 + 4096), 3)  # M
        self.assertEqual(peer.ask("p42"), "00000000")  # fflags
        self.assertEqual(peer.ask("P20=0000008000000000"), "OK")  # pc
        self.assertEqual(peer.ask("s"), "T05thread:1;")
        self.assertEqual(peer.register(5), 8)
        self.assertEqual(peer.ask("P20=0100008000000000"), "E16")

    def test_memory_is_read_and_written_by_all_kinds_of_addresses(self):
        peer = self.attach(self.raw(PASS))
        self.assertEqual(peer.ask("m80000000,8"), PASS[:8].hex())
        self.assertEqual(peer.ask("M80000100,3:abcdef"), "OK")
        self.assertEqual(peer.ask("X80000103,2:}\x03x"), "OK")
        self.assertEqual(peer.ask("m80000100,5"), "abcdef2378")
        self.assertEqual(peer.ask("m8ffffffe,8"), "0000")
        self.assertEqual(peer.ask("m0,4"), "E0e")
        self.assertEqual(peer.ask("m10000000,1"), "E0e")  # the UART: to read it would change it
        self.assertEqual(peer.ask("M8ffffffe,4:00000000"), "E0e")
        for word, qemu in (("physical", "1"), ("guest-physical", "0"), ("virtual", "0")):
            self.assertEqual(peer.ask("Qcvmlab.MemoryMode:" + word), "OK")
            self.assertEqual((peer.ask("qcvmlab.MemoryMode"), peer.ask("qqemu.PhyMemMode")), (word, qemu))
            self.assertEqual(peer.ask("m80000000,8"), PASS[:8].hex())
        self.assertEqual(peer.ask("Qqemu.PhyMemMode:1"), "OK")
        self.assertEqual(peer.ask("qcvmlab.MemoryMode"), "physical")
        self.assertEqual(peer.ask("Qcvmlab.MemoryMode:real"), "E16")

    def test_written_code_is_run(self):
        peer = self.attach(self.raw(COUNT_FOREVER))
        self.assertEqual([peer.ask("s"), peer.ask("s"), peer.ask("s")], 3 * ["T05thread:1;"])
        self.assertEqual(peer.ask("M80000000,4:93825200"), "OK")  # addi t0, t0, 5
        peer.ask("s")
        peer.ask("s")
        self.assertEqual(peer.register(5), 7)

    def test_breakpoints_stop_in_front_of_their_instruction(self):
        peer = self.attach(self.raw(STORE))
        self.assertEqual([peer.ask(f"Z{kind},8000000{at},4") for kind, at in ((0, 4), (1, "c"))], ["OK", "OK"])
        self.assertEqual((peer.ask("c"), peer.register(32)), ("T05thread:1;", 0x80000004))
        self.assertEqual((peer.ask("vCont;c"), peer.register(32), peer.register(7)), ("T05thread:1;", 0x8000000C, 0))
        self.assertEqual(peer.ask("m80000004,4"), STORE[4:8].hex())
        self.assertEqual(peer.ask("z1,8000000c,4"), "OK")
        self.assertEqual(peer.ask("z1,8000000c,4"), "OK")
        self.assertEqual(peer.ask("c"), "W00")

    def test_watchpoints_stop_in_front_of_the_access(self):
        for kind, word, address, pc in ((2, "watch", "8000002c", 0x80000008), (3, "rwatch", "80000027", 0x80000004),
                                        (4, "awatch", "80000020", 0x80000004)):
            with self.subTest(word):
                peer = self.attach(self.raw(STORE))
                self.assertEqual(peer.ask(f"Z{kind},{address},1"), "OK")
                self.assertEqual((peer.ask("c"), peer.register(32)), (f"T05thread:1;{word}:{address};", pc))
                self.assertEqual(peer.ask("c"), "W00")
                self.assertEqual(self.end()[0], 0)
        peer = self.attach(self.raw(STORE))
        self.assertEqual([peer.ask("Z2,80000020,8"), peer.ask("Z3,80000028,8"), peer.ask("Z2,80000030,8")], 3 * ["OK"])
        self.assertEqual(peer.ask("c"), "W00")

    def test_a_range_is_stepped_through(self):
        peer = self.attach(self.raw(STORE))
        self.assertEqual((peer.ask("vCont;r80000000,8000000c:1"), peer.register(32)), ("T05thread:1;", 0x8000000C))

    def test_a_running_program_is_interrupted(self):
        peer = self.attach(self.raw(COUNT_FOREVER))
        peer.send("c")
        time.sleep(0.2)
        peer.socket.sendall(b"\x03")
        self.assertEqual(peer.answer(), "T02thread:1;")
        before = peer.register(5)
        peer.ask("s")
        peer.ask("s")
        self.assertEqual(peer.register(5), before + 1)

    def test_the_program_goes_on_alone_after_detaching(self):
        peer = self.attach(self.raw(STORE))
        peer.ask("Z0,80000008,4")
        self.assertEqual(peer.ask("D"), "OK")
        self.assertIsNone(peer.answer())
        code, _, messages = self.end()
        self.assertEqual(code, 0)
        self.assertIn("the program passed; 8 instructions", messages)
        self.assertNotIn("measured", messages)

    def test_killing_and_hanging_up_end_the_run(self):
        for how in ("k", "vKill;1", None):
            with self.subTest(how):
                peer = self.attach("--json", self.raw(LOOP))
                if how:
                    peer.send(how)
                else:
                    peer.send("c")
                    peer.socket.shutdown(socket.SHUT_WR)
                code, out, _ = self.end()
                self.assertEqual((code, json.loads(out)["end"]), (4, "stopped"))
                peer.close()

    def test_limits_hold_for_a_debugged_program(self):
        peer = self.attach("--max-instructions", "1000", self.raw(LOOP))
        self.assertEqual(peer.ask("c"), "W04")
        self.assertIn("limit of instructions reached at pc 0x80000000; 1000 instructions", self.end()[2])
        self.attach("--timeout", "0.3", self.raw(LOOP))
        self.assertIn("limit of time reached at pc 0x80000000; 0 instructions", self.end()[2])
        self.start("--timeout", "0.3", self.raw(LOOP))
        self.assertIn("limit of time reached at pc 0x80000000", self.end()[2])

    def test_an_end_without_a_word_can_be_looked_at(self):
        for program, text, pc in ((WFI, "every hart waits", 0x80000004), (bytes(4), "endless loop of traps", 0)):
            with self.subTest(text):
                peer = self.attach(self.raw(program))
                peer.send("c")
                self.assertIn(text, bytes.fromhex(peer.answer()[1:]).decode())
                self.assertEqual((peer.answer(), peer.register(32)), ("T06thread:1;", pc))
                self.assertEqual(peer.ask("c"), "W04")
                self.assertEqual(self.end()[0], 4)

    def test_nonsense_is_answered_and_changes_nothing(self):
        peer = self.attach(self.raw(PASS))
        peer.socket.sendall(b"noise+-$m80000000,4#00$qC#b4")  # a wrong checksum, and then a good packet
        self.assertEqual(peer.answer(), "QC1")
        self.assertIn(b"-+", peer.arrived[-2:] or b"-+")
        for packet in ("", "!", "y", "qNothing", "vNothing", "\x80", "bx", "R00", "i"):
            self.assertEqual(peer.ask(packet), "", packet)
        for packet in ("m", "mx,1", "m1", "m80000000,", "M80000000,4:1234", "M80000000,1:xx", "M80000000,ffffffffffffffff:",
                       "X80000000,4:1", "p", "pffffffffffffffff0", "p1043", "P1", "P5=01", "P1042=0000000000000000", "G", "G0", "Hx1",
                       "Hg2", "Tff", "Z", "Z5,0,0", "Z0,0", "z9", "vCont;", "vCont;q", "vCont;s:9", "vCont", "cx", "s1", "C", "qRcmd,0",
                       "qRcmd,xx", "qXfer:features:read:other.xml:0,10", "qXfer:features:read:target.xml:fffff,10", "Qqemu.PhyMemMode:2"):
            self.assertRegex(peer.ask(packet), r"^E..$", packet)
        self.assertEqual(peer.ask("m80000000," + 20 * "f"), "E16")
        peer.send(0x5000 * "m")
        self.assertEqual(peer.answer(), "E07")
        self.assertEqual(peer.ask("c"), "W00")

    def test_there_is_no_room_for_endlessly_many_points(self):
        peer = self.attach(self.raw(PASS))
        answers = [peer.ask(f"Z0,{0x1000 + 2 * i:x},2") for i in range(257)]
        self.assertEqual((set(answers[:256]), answers[256]), ({"OK"}, "E1c"))

    def test_every_csr_of_the_hart_is_in_the_description(self):
        peer = self.attach(self.raw(PASS))
        text, part = "", "m"
        while part[0] == "m":
            part = peer.ask(f"qXfer:features:read:target.xml:{len(text):x},1000")
            text += part[1:]
        names = dict(re.findall(r'<reg name="(\w+)" .*?regnum="(\d+)"', text))
        self.assertEqual((names["zero"], names["pc"], names["ft0"], names["fcsr"], names["priv"]), ("0", "32", "33", "68", "4161"))
        for name, number in (("hgatp", 0x680), ("vsatp", 0x280), ("mstatus", 0x300), ("htinst", 0x64A), ("pmpaddr63", 0x3EF)):
            self.assertEqual(int(names[name]), 65 + number)
        self.assertNotIn("pmpcfg1", names)
        self.assertEqual({row.split()[0] for row in peer.monitor("csr").splitlines()}, set(names) -
                         {name for name, number in names.items() if int(number) <= 64 or int(number) == 4161})

    def test_monitor_commands_explain_themselves(self):
        peer = self.attach(self.raw(PASS))
        self.assertIn("monitor tlb walk [ADDRESS]", peer.monitor("help"))
        self.assertEqual(peer.monitor("help"), peer.monitor(""))
        self.assertTrue(peer.monitor("nothing").startswith('there is no "nothing"; these are:\n'))
        self.assertEqual(peer.monitor("csr nothing"), 'this hart has no CSR "nothing"\n')
        self.assertEqual(peer.monitor("csr satp"), "satp           0x0000000000000000  Bare\n")
        self.assertEqual(peer.monitor("tlb walk x"), "usage: monitor tlb walk [ADDRESS], a number; default: the pc\n")
        self.assertIn("physical 0x80000000\n  M may read, write, execute\n", peer.monitor("tlb walk"))
        self.assertEqual(peer.monitor("memory physical"), "addresses are physical\n")
        self.assertIn('"x" is no kind of address; expected virtual, ', peer.monitor("memory x"))
        self.assertIn("0  instructions", peer.monitor("exits"))

    def test_back_is_the_same_way(self):
        peer = self.attach(self.raw(STORE))
        self.assertIn(";ReverseStep+;ReverseContinue+", peer.ask("qSupported"))
        before = []
        for _ in range(6):
            before.append((peer.ask("g"), peer.ask("m80000020,10")))
            self.assertEqual(peer.ask("s"), "T05thread:1;")
        for state in reversed(before):
            self.assertEqual(peer.ask("bs"), "T05thread:1;")
            self.assertEqual((peer.ask("g"), peer.ask("m80000020,10")), state)
        self.assertEqual(peer.ask("bs"), "T05thread:1;replaylog:begin;")
        self.assertEqual(peer.register(32), 0x80000000)
        self.assertEqual(peer.ask("c"), "W00")
        self.assertIn("; 8 instructions, 0 traps", self.end()[2])

    def test_points_stop_on_the_way_back(self):
        peer = self.attach(self.raw(STORE))
        peer.ask("Z0,80000018,4")
        self.assertEqual((peer.ask("c"), peer.register(32)), ("T05thread:1;", 0x80000018))
        peer.ask("Z0,80000004,4")
        self.assertEqual((peer.ask("bc"), peer.register(32)), ("T05thread:1;", 0x80000004))
        peer.ask("c")
        peer.ask("Z2,80000028,8")
        # behind the store, which GDB then steps over
        self.assertEqual((peer.ask("bc"), peer.register(32)), ("T05thread:1;watch:80000028;", 0x8000000C))
        self.assertEqual((peer.ask("bs"), peer.register(32)), ("T05thread:1;", 0x80000008))
        peer.ask("z0,80000004,4")
        self.assertEqual((peer.ask("bc"), peer.register(32)), ("T05thread:1;replaylog:begin;", 0x80000000))

    def test_what_is_written_begins_a_new_history(self):
        peer = self.attach(self.raw(COUNT_FOREVER))
        for _ in range(4):
            peer.ask("s")
        self.assertEqual(peer.ask("P5=3000000000000000"), "OK")
        self.assertEqual((peer.ask("bs"), peer.register(5)), ("T05thread:1;replaylog:begin;", 0x30))
        for _ in range(4):
            peer.ask("s")
        self.assertEqual(peer.register(5), 0x32)
        self.assertEqual((peer.ask("bc"), peer.register(5)), ("T05thread:1;replaylog:begin;", 0x30))

    def test_an_end_without_a_word_can_be_gone_back_from(self):
        peer = self.attach(self.raw(struct.pack("<I", 0x00128293) + WFI))
        peer.send("c")
        self.assertEqual((peer.answer()[0], peer.answer()), ("O", "T06thread:1;"))
        self.assertEqual((peer.ask("bs"), peer.register(32), peer.register(5)), ("T05thread:1;", 0x80000004, 1))
        self.assertEqual((peer.ask("bs"), peer.register(32), peer.register(5)), ("T05thread:1;", 0x80000000, 0))

    def test_the_way_back_is_long_and_can_be_interrupted(self):
        peer = self.attach("--max-instructions", "20000000", self.raw(COUNT_FOREVER))
        peer.send("c")
        time.sleep(0.3)
        peer.socket.sendall(b"\x03")
        self.assertEqual(peer.answer(), "T02thread:1;")
        here = peer.register(5), peer.register(32)
        peer.send("bc")
        peer.socket.sendall(b"\x03")
        self.assertEqual(peer.answer(), "T02thread:1;")
        self.assertEqual((peer.register(5), peer.register(32)), here)
        self.assertEqual(peer.ask("bs"), "T05thread:1;")
        self.assertEqual(peer.ask("s"), "T05thread:1;")
        self.assertEqual((peer.register(5), peer.register(32)), here)

    def test_the_console_shows_and_takes_everything_once(self):
        # lui t0, 0x10000; lbu t1, (t0); sb t1, (t0); lbu t1, (t0); sb t1, (t0); and then the pass
        echo = struct.pack("<5I", 0x100002B7, 0x0002C303, 0x00628023, 0x0002C303, 0x00628023) + PASS
        (self.folder / "input").write_text("ab")
        peer = self.attach("--input", str(self.folder / "input"), self.raw(echo))
        for _ in range(4):
            peer.ask("s")
        for _ in range(3):
            peer.ask("bs")
        for _ in range(4):
            peer.ask("s")
        self.assertEqual(peer.register(6), ord("b"))
        peer.ask("bc")
        self.assertEqual(peer.ask("c"), "W00")
        self.assertEqual(self.end()[1], "ab")


@unittest.skipUnless(HARTS.exists(), "needs the guests, and those a cross compiler")
class Harts(Debugged):
    def test_harts_are_threads_that_run_as_they_would_alone(self):
        arguments = ("--machine", str(FOUR_HARTS), "--json", "--trace", "traps", "--trace-file")
        alone, debugged = self.folder / "alone", self.folder / "debugged"
        expected = json.loads(run("run", *arguments, str(alone), str(HARTS)).stdout)
        self.start(*arguments, str(debugged), str(HARTS))
        peer = Peer(self.place)
        self.assertEqual((peer.ask("qfThreadInfo"), peer.ask("qsThreadInfo"), peer.ask("qC")), ("m1,2,3,4", "l", "QC1"))
        self.assertEqual(bytes.fromhex(peer.ask("qThreadExtraInfo,3")).decode(), "hart 2, M")
        for _ in range(300):
            self.assertEqual(peer.ask("vCont;s:3;c"), "T05thread:3;")
        self.assertEqual(peer.ask("Hg2"), "OK")
        before = peer.register(32)
        self.assertEqual(peer.ask("vCont;s:2"), "T05thread:2;")
        self.assertNotEqual(peer.register(32), before)
        self.assertEqual(peer.register(65 + 0xF14), 1)  # mhartid
        places = []
        for _ in range(20):
            places.append((peer.register(32), peer.ask("g")))
            peer.ask("vCont;s:2")
        for place in reversed(places):
            self.assertEqual(peer.ask("bs"), "T05thread:2;")
            self.assertEqual((peer.register(32), peer.ask("g")), place)
        self.assertEqual(peer.ask("c"), "W00")
        peer.close()
        code, out, _ = self.end()
        found = json.loads(out)
        del expected["measured"]
        self.assertEqual((code, found), (0, expected))
        self.assertEqual(alone.read_text(), debugged.read_text())


@unittest.skipUnless(GDB and EXITS.exists(), "needs gdb-multiarch and the guests")
class Gdb(Debugged):
    def gdb(self, *commands, program=EXITS):
        """The lines that GDB prints."""
        arguments = [GDB, "-nx", "-batch", "-ex", "set confirm off", "-ex", "set width 0", "-ex", f"target remote {self.place}"]
        for command in commands:
            arguments += ["-ex", command]
        result = subprocess.run([*arguments, str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                timeout=60)
        return result.stdout

    def test_a_session_sees_an_exit_and_disturbs_nothing(self):
        alone, debugged = self.folder / "alone", self.folder / "debugged"
        arguments = ("--trace", "traps", "--trace-file")
        expected = run("run", *arguments, str(alone), str(EXITS)).stderr.partition("; measured")[0]
        self.start(*arguments, str(debugged), str(EXITS))
        text = self.gdb("break guest", "continue", "print $priv", "print/x $hgatp", "print/x $vsatp", "monitor csr hgatp vsatp",
                        "monitor tlb walk", "tbreak 158", "continue", "stepi", "print $priv", "print $scause", "monitor exits",
                        "tbreak 159", "continue", "print $priv", "reverse-stepi", "print $priv",
                        "reverse-stepi", "tbreak 158", "reverse-continue", "print $priv", "print $instret", "delete", "continue")
        for part in ("Breakpoint 1, guest () at ", "$1 = 5\n", "$2 = 0x80000000000", "$3 = 0x80000000000",
                     "  Sv39x4, VMID 0, table at 0x8000", "  Sv39, ASID 0, table at 0x8000", "  VS-stage level 2: entry at 0x",
                     "  G-stage level 2: entry at 0x", "  VS may read, write, execute\n", "trap_hypervisor () at ", "$4 = 1\n",
                     "$5 = 10\n", "           1  exits from VS or VU\n", "from VS  ecall from VS\n", "$6 = 5\n", "sret\n$7 = 1\n", "$8 = 5\n", "$9 = 77\n", "exited normally"):
            self.assertIn(part, text)
        code, _, messages = self.end()
        self.assertEqual((code, messages.rstrip()), (0, expected))
        self.assertEqual(alone.read_text(), debugged.read_text())

    def test_private_memory_is_seen_as_the_guest_and_as_the_host_sees_it(self):
        arguments = ("--machine", "virt-snp", str(PRIVATE))
        expected = run("run", *arguments).stderr.partition("; measured")[0]
        self.start(*arguments)
        text = self.gdb("tbreak rmp", "continue", "tbreak *(page+16) if $priv == 5", "continue", "x/2i $pc", "x/wx $pc",
                        "monitor memory guest-physical", "x/wx $pc", "monitor memory physical", "x/wx $pc",
                        "monitor memory virtual", "monitor tlb walk", "delete", "continue", program=PRIVATE)
        self.assertRegex(text, r"=> 0x80020010:\tld\ta0,0\(a0\)\n   0x80020012:\tecall")
        words = re.findall(r"^0x80020010:\t(0x[0-9a-f]{8})$", text, re.M)
        self.assertEqual(words[:2], 2 * ["0x00736108"])
        self.assertNotEqual(words[2], "0x00736108")
        self.assertIn("  VS-stage level 0: entry at 0x80023100 is 0x00000000200080cf  DA--XWRV\n", text)
        code, _, messages = self.end()
        self.assertEqual((code, messages.rstrip()), (0, expected))

    def test_the_session_of_the_documents_is_real(self):
        shown = re.search(r"^\(gdb\) target remote [^\n]*\n(.*?)^```", (ROOT / "docs/MACHINE.md").read_text(), re.M | re.S)[1]
        commands = []
        for command in re.findall(r"^\(gdb\) (.*)", shown, re.M):
            commands += [f"echo (gdb) {command}\\n", command]
        self.start(str(EXITS))
        text = self.gdb(*commands).replace(f"{ROOT}/tests/guests/", "").replace("\n\n", "\n")
        self.assertEqual((text + self.end()[2]).splitlines(), shown.splitlines())

    def test_watchpoints_and_conditions_work(self):
        self.start(str(EXITS))
        text = self.gdb("watch *(long *)((char *)&saved + 64) if $priv == 1", "continue", "continue", "info breakpoints", "reverse-continue", "reverse-continue",
                        "delete 1", "break 159 if $s0 == 995", "continue", "info breakpoints", "print (long)$s0", "kill")
        self.assertRegex(text, r"Hardware watchpoint 1: \*\(long \*\)\(\(char \*\)&saved \+ 64\)")
        self.assertIn("Old value = 1000\nNew value = 999\n", text)
        self.assertIn("breakpoint already hit 2 times", text)
        self.assertIn("Old value = 999\nNew value = 1000\n", text)  # backwards
        self.assertIn("Old value = 1000\nNew value = 0\n", text)
        self.assertIn("breakpoint already hit 1 time\n", text)
        self.assertIn("$1 = 995", text)
        self.assertEqual(self.end()[0], 4)


if __name__ == "__main__":
    unittest.main()
