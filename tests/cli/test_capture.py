#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab trace info on packet captures: those that are shipped hold what traces/README.md says; wrong ones are refused."""
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

from program import ROOT, run

PACKETS = ROOT / "traces" / "packets"
README = (ROOT / "traces" / "README.md").read_text()
NAMES = ["tcp-bulk", "http", "udp-sizes", "icmp-arp-nd", "esp-aes-gcm"]
FRAME = bytes(range(60))


def rows(heading):
    """{first cell: the other cells} of the table whose first line begins with heading."""
    table = README.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in cells}


def pcap(*records, magic=0xA1B2C3D4, snapshot=65535, link=1):
    """A capture of (seconds, microseconds, captured length, original length)."""
    content = struct.pack("<IHHIIII", magic, 2, 4, 0, 0, snapshot, link)
    for seconds, fraction, captured, original in records:
        content += struct.pack("<IIII", seconds, fraction, captured, original) + FRAME[:captured]
    return content


class Shipped(unittest.TestCase):
    def test_every_capture_holds_what_the_document_says(self):
        counts, lengths = rows("capture | packets"), rows("frame length (no check sequence)")
        self.assertEqual(sorted(path.name for path in PACKETS.glob("*.pcap.zst")), sorted(f"{name}.pcap.zst" for name in NAMES))
        for name in NAMES:
            with self.subTest(name):
                page = run("trace", "info", "--json", str(PACKETS / f"{name}.pcap.zst"))
                self.assertEqual((page.returncode, page.stderr), (0, ""))
                info = json.loads(page.stdout)
                self.assertEqual((info["schema"], info["version"]), ("cvmlab-capture-info", "1.0"))
                self.assertEqual([str(info["packets"]), str(info["frame_bytes"]), f"{info['seconds']:.1f}"], counts[name][:3])
                self.assertEqual([str(entry["packets"]) for entry in info["lengths"]], lengths[name][:8] + ["0"])
                self.assertEqual([str(info["frame_bytes_min"]), str(info["frame_bytes_max"])], lengths[name][8:])
                self.assertEqual(sum(info["ethertypes"].values()), info["packets"])
                self.assertEqual(info["packets_cut"], 0)

    def test_every_capture_has_the_bytes_that_the_document_names(self):
        table = rows("capture | SHA-256")
        for name in NAMES:
            with self.subTest(name):
                plain = subprocess.run(["zstd", "-dc", PACKETS / f"{name}.pcap.zst"], capture_output=True, check=True).stdout
                self.assertEqual([hashlib.sha256(plain).hexdigest()], table[name])


class Capture(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def info(self, content, *options):
        (self.folder / "a.pcap").write_bytes(content)
        return run("trace", "info", *options, "a.pcap", cwd=self.folder)

    def test_a_person_reads_it_at_a_glance(self):
        page = run("trace", "info", str(PACKETS / "icmp-arp-nd.pcap.zst"))
        self.assertEqual(page.stdout, """\
capture     pcap, Ethernet
packets     1354
bytes       766692
seconds     21.015927
lengths     35 to 1514 bytes
          75     14 - 60
          22     61 - 64
         729     65 - 128
          16    129 - 256
          16    257 - 512
          58    513 - 1024
          38   1025 - 1280
         400   1281 - 1514
ethertypes
        1032  0x0800 IPv4
          13  0x0806 ARP
         309  0x86dd IPv6
""")

    def test_cut_packets_and_times_that_go_back_are_said(self):
        page = self.info(pcap((5, 9, 60, 60), (5, 2, 60, 1600), (6, 0, 14, 15)))
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertIn("\ncut         2: only the beginning of these packets was recorded\n", page.stdout)
        self.assertIn("\nbackwards   1: recorded with a time before an earlier one, by at most 7 us\n", page.stdout)
        self.assertIn("\n           1   1515 - 16384\n", page.stdout)

    def test_a_capture_may_be_empty(self):
        page = self.info(pcap())
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertEqual(page.stdout, "capture     pcap, Ethernet\npackets     0\nbytes       0\nseconds     0.000000\n")
        self.assertEqual(json.loads(self.info(pcap(), "--json").stdout)["packets"], 0)

    def test_what_is_wrong_is_said_in_one_line_with_exit_code_3(self):
        good = (5, 0, 60, 60)
        for content, message in (
            (pcap(good)[:20], "file header of 20 bytes: truncated; expected 24"),
            (pcap(snapshot=1 << 31), "snapshot length 2147483648; expected at most 262144"),
            (pcap(link=113), "link type LINUX_SLL (Linux cooked v1); expected Ethernet (EN10MB)"),
            (pcap(link=999), "link type 999; expected Ethernet (EN10MB)"),
            (pcap(good, good)[:-1], "packet 2: file ends after 59 of its bytes: truncated; expected 60"),
            (pcap(good)[:30], "packet 1: record header of 6 bytes: truncated; expected 16"),
            (pcap(good, (5, 0, 0, 60)), "packet 2: frame of 0 bytes; expected at least 14, its header"),
            (pcap(good, (5, 0, 60, 20000)), "packet 2: frame of 20000 bytes; expected at most 16384"),
            (pcap(good, (5, 0, 61, 60)), "packet 2: captured length 61; expected at most the original length, 60"),
            (pcap(good, snapshot=59), "packet 1: captured length 60; expected at most the snapshot length, 59"),
            (pcap(good, (3, 0, 60, 60)), "packet 2: time goes back by 2000000000 ns; expected at most 1000000000 "
             "(reordercap of Wireshark sorts a capture)"),
            (b"", "file is empty; expected a capture, pcap or pcapng"),
            (bytes.fromhex("1f8b0800000000000003"), "not a capture; expected pcap or pcapng, plain or zstd"),
            (bytes.fromhex("0a0d0d0a1c000000"), "file ends before its first interface; expected one"),
        ):
            with self.subTest(message):
                for options in ([], ["--json"]):
                    page = self.info(content, *options)
                    self.assertEqual((page.returncode, page.stdout, page.stderr), (3, "", f"a.pcap: {message}\n"))

    def test_damaged_compression_is_refused(self):
        whole = (PACKETS / "http.pcap.zst").read_bytes()
        for content, message in ((whole[:-9], r"file ends inside a zstd frame: truncated; expected "),
                                 (whole[:200000] + b"\x55" * 9 + whole[200009:], r"corrupted zstd data \(.*\); expected ")):
            page = self.info(content)
            self.assertEqual((page.returncode, page.stdout), (3, ""))
            self.assertTrue(re.fullmatch(rf"a\.pcap: {message}[^\n]*\n", page.stderr), page.stderr)


if __name__ == "__main__":
    unittest.main()
