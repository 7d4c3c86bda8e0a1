#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab dpdk: captures through net_pcap compared byte for byte; wrong arguments; a build without DPDK says so."""
import json
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from program import CVMLAB, ROOT, run

PRESENT = not json.loads(run("version", "--json").stdout)["libraries"]["libdpdk"].startswith("none")
needs_dpdk = unittest.skipUnless(PRESENT, "built without DPDK (apt-get install libdpdk-dev)")


def frames(content):
    """The frames of a pcap file in this machine's byte order."""
    at, found = 24, []
    while at < len(content):
        size = struct.unpack_from("=I", content, at + 8)[0]
        found.append(content[at + 16:at + 16 + size])
        at += 16 + size
    return found


def pcap(*lengths):
    header = struct.pack("=IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    records = (struct.pack("=IIII", 1, i, size, size) + bytes((i + j) % 256 for j in range(size))
               for i, size in enumerate(lengths))
    return header + b"".join(records)


ETHERTYPE = 0x88B5  # IEEE 802, for experiments
FRAMES_ON_A_LINK = 50


def comes_back(wire, data):
    """Whether a frame does, with its addresses exchanged. It is sent again while the program starts."""
    addresses = bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2])
    rest = struct.pack(">H", ETHERTYPE) + data
    for _ in range(20):
        wire.send(addresses + rest)
        try:
            while wire.recv(2048) != addresses[6:] + addresses[:6] + rest:
                pass  # a packet socket sees what its own end sends
            return True
        except TimeoutError:
            pass
    return False


def link_main():
    """In a network namespace of its own: cvmlab dpdk on one end of a veth pair, frames from the other. Prints how many came back
    with their addresses exchanged, then the report."""
    for command in ("link add near type veth peer name far", "link set near up", "link set far up"):
        subprocess.run(["ip", *command.split()], check=True)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
    wire.bind(("near", ETHERTYPE))
    wire.settimeout(0.5)
    program = subprocess.Popen([CVMLAB, "dpdk", "--vdev", "net_af_packet0,iface=far", "--idle", "2", "--seconds", "30", "--json"],
                               stdout=subprocess.PIPE)
    right = sum(comes_back(wire, bytes((i + j) % 256 for j in range(46 + 29 * i))) for i in range(FRAMES_ON_A_LINK))
    print(right, program.communicate()[0].decode())


class Dpdk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def through(self, content, *options):
        """(report, frames out) of a capture through net_pcap."""
        (self.folder / "in.pcap").write_bytes(content)
        page = run("dpdk", "--vdev", "net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap", "--idle", "0.05", "--json", *options,
                   cwd=self.folder)
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        return json.loads(page.stdout), frames((self.folder / "out.pcap").read_bytes())

    @needs_dpdk
    def test_a_capture_comes_out_with_its_addresses_exchanged(self):
        content = subprocess.run(["zstd", "-dc", ROOT / "traces" / "packets" / "icmp-arp-nd.pcap.zst"], capture_output=True,
                                 check=True).stdout
        report, out = self.through(content, "--app", "macswap")
        self.assertEqual(out, [frame[6:12] + frame[:6] + frame[12:] for frame in frames(content)])
        self.assertEqual((report["schema"], report["version"]), ("cvm-dpdk", "1.0"))
        self.assertEqual((report["packets_in"], report["delivered"], report["sent"]), (len(out),) * 3)
        self.assertEqual((report["refused"], report["dropped"]), ({}, {}))
        self.assertEqual(report["copies_per_packet"], {"rx": 1.0, "tx": 1.0})
        self.assertEqual((report["bytes_in"], report["sent_bytes"]), (sum(map(len, out)),) * 2)
        self.assertEqual(report["bytes_copied"], 2 * sum(map(len, out)))

    @needs_dpdk
    def test_l2fwd_changes_nothing(self):
        content = pcap(14, 60, 64, 1500, 1514, 2048)
        _, out = self.through(content, "--app", "l2fwd")
        self.assertEqual(out, frames(content))

    @needs_dpdk
    def test_what_does_not_fit_or_is_no_frame_is_refused_and_counted(self):
        report, out = self.through(pcap(60, 2049, 13, 9000, 61))
        self.assertEqual([len(frame) for frame in out], [60, 61])
        self.assertEqual(report["packets_in"], 5)
        self.assertEqual(report["refused"], {"fragment": 2, "length_runt": 1})

    @needs_dpdk
    def test_every_application_of_the_laboratory_runs_on_it(self):
        content = subprocess.run(["zstd", "-dc", ROOT / "traces" / "packets" / "esp-aes-gcm.pcap.zst"], capture_output=True,
                                 check=True).stdout
        report, out = self.through(content, "--app", "ipsec", "--keys", str(ROOT / "traces" / "packets" / "esp-keys.json"))
        self.assertEqual(report["packets_in"], len(frames(content)))
        self.assertEqual(report["delivered"] + sum(report["dropped"].values()) + sum(report["refused"].values()),
                         report["packets_in"])
        self.assertEqual(report["sent"], len(out))
        self.assertGreater(len(out), 0)
        self.assertNotIn("app_unauthentic", report["dropped"])

    @needs_dpdk
    def test_a_larger_room_takes_jumbo_frames(self):
        content = pcap(9000, 60)
        _, out = self.through(content, "--room", "9216", "--app", "l2fwd")
        self.assertEqual(out, frames(content))

    @needs_dpdk
    def test_it_stops_after_so_many_packets(self):
        report, out = self.through(pcap(*[60] * 100), "--packets", "33")
        self.assertEqual((report["packets_in"], len(out)), (33, 33))

    @needs_dpdk
    def test_queues_of_a_device_that_has_them(self):
        page = run("dpdk", "--vdev", "net_null0,size=64", "--queues", "2", "--packets", "5000")
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertIn("device      net_null (DPDK ", page.stdout)
        self.assertIn("), 2 queues\napplication macswap\npackets in  5000 (320000 bytes received)\n", page.stdout)
        self.assertIn("copies      1.00 per packet in, 1.00 per packet out, by Folio\n", page.stdout)

    @needs_dpdk
    def test_what_is_wrong_ends_with_one_line_and_exit_code_3(self):
        for options, message in (
            (["--vdev", "net_pcap0,rx_pcap=/nonexistent"], r"dpdk: no device; expected a --vdev .*"),
            (["--vdev", "net_nothing0"], r"dpdk: EAL does not start: No such device; expected .*"),
            (["--", "--no-huge", "--no-pci", "--nonsense"], r"dpdk: EAL does not start: .*; expected .*"),
            (["--vdev", "net_null0", "--room", "100"], r"dpdk: rooms of 100 bytes; expected 1152 to 10368, in steps of 64"),
            (["--vdev", "net_null0", "--app", "ipsec", "--keys", "/nonexistent"], r"/nonexistent: .*"),
        ):
            with self.subTest(options):
                page = run("dpdk", *options)
                self.assertEqual((page.returncode, page.stdout), (3, ""))
                self.assertTrue(re.fullmatch(message, page.stderr.splitlines()[-1]), page.stderr)

    @needs_dpdk
    @unittest.skipUnless(shutil.which("ip") and subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0,
                         "needs ip and network namespaces")
    def test_frames_come_back_from_a_link_of_the_kernel(self):
        page = subprocess.run(["unshare", "-rn", sys.executable, __file__, "link"], capture_output=True, text=True, check=False)
        right, _, report = page.stdout.partition(" ")
        self.assertEqual((page.returncode, page.stderr, right), (0, "", str(FRAMES_ON_A_LINK)))
        self.assertEqual(json.loads(report)["copies_per_packet"], {"rx": 1.0, "tx": 1.0})

    @needs_dpdk
    def test_the_bench_compares_pairs_of_equal_devices(self):
        page = run("bench", "dpdk", "--repeat", "1", "--vdev", "net_null0,size=64", "--json")
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        report = json.loads(page.stdout)
        self.assertEqual((report["schema"], report["version"], report["repetitions"]), ("cvm-bench-dpdk", "1.0", 1))
        self.assertEqual([device["device"] for device in report["devices"]], ["net_null0,size=64"])
        median = {row["name"]: row["median"] for row in report["devices"][0]["measured"]}
        self.assertAlmostEqual(median["folio_to_dpdk"], median["folio_mpps"] / median["dpdk_mpps"], places=6)
        self.assertAlmostEqual(median["two_copies_ns"] + median["bookkeeping_ns"], 1e3 / median["folio_mpps"] -
                               1e3 / median["dpdk_mpps"], places=6)

    @needs_dpdk
    def test_a_device_that_runs_dry_cannot_be_measured(self):
        (self.folder / "in.pcap").write_bytes(pcap(60, 60))
        page = run("bench", "dpdk", "--vdev", "net_pcap0,rx_pcap=in.pcap", cwd=self.folder)
        self.assertEqual((page.returncode, page.stdout), (3, ""))
        self.assertEqual(page.stderr.splitlines()[-1], "net_pcap0,rx_pcap=in.pcap: no packet comes any more; expected a device that "
                         "never runs dry")

    def test_a_wrong_command_line_is_refused_with_or_without_dpdk(self):
        for options, message in (
            ([], "cvmlab dpdk: no device: --vdev, or arguments of EAL after --"),
            (["--vdev", "net_null0", "x"], "cvmlab dpdk: 'x' is not expected here; arguments of EAL follow --"),
            (["--app", "x"], "cvmlab dpdk: --app: there is no application 'x'; expected one of l2fwd, macswap, udp-echo, ipsec, kv, sink"),
            (["--vdev", "net_null0", "--app", "ipsec"], "cvmlab dpdk: --app ipsec needs --keys"),
            (["--queues", "17"], "cvmlab dpdk: --queues: '17' is not a number from 1 to 16"),
            (["--seconds", "-1"], "cvmlab dpdk: --seconds: '-1' is not a number of seconds"),
        ):
            with self.subTest(options):
                page = run("dpdk", *options)
                self.assertEqual((page.returncode, page.stdout, page.stderr.splitlines()[0]), (2, "", message))

    @unittest.skipIf(PRESENT, "built with DPDK")
    def test_a_build_without_dpdk_says_how_to_get_it(self):
        page = run("dpdk", "--vdev", "net_null0")
        self.assertEqual((page.returncode, page.stdout), (4, ""))
        self.assertEqual(page.stderr, "dpdk: this program was built without DPDK; expected libdpdk 22.11 or later "
                         "(apt-get install libdpdk-dev, then build again)\n")
        self.assertIn("Optional, for cvmlab dpdk: apt-get install libdpdk-dev", run("doctor").stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["link"]:
        link_main()
    else:
        unittest.main()
