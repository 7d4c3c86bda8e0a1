#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab net: every packet is accounted for on every path, copies are what they must be, and wrong input is refused."""
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

from program import ROOT, run

CAPTURES = sorted(path.name.removesuffix(".pcap.zst") for path in (ROOT / "traces" / "packets").glob("*.pcap.zst"))
PATHS = ["plain-virtio", "plain-sriov", "plain-dpdk", "sev-virtio", "sev-sriov", "sev-es-sriov", "snp-sriov", "snp-tio",
         "snp-tio-dpdk", "folio"]
DIRECT = {"plain-virtio", "plain-sriov", "plain-dpdk", "snp-tio", "snp-tio-dpdk"}
FITTING = {"udp-echo": "udp-sizes", "ipsec": "esp-aes-gcm", "kv": "udp-sizes", "sink": "http", "l2fwd": "icmp-arp-nd"}


def net(*arguments, **options):
    return run("net", *arguments, cwd=ROOT, **options)


def document(*arguments):
    page = net("--json", *arguments)
    assert (page.returncode, page.stderr) == (0, ""), (arguments, page.returncode, page.stderr)
    return json.loads(page.stdout)


def pcap(*frames, link=1, times=None):
    """A capture of these frames, a microsecond apart or at these (seconds, microseconds)."""
    content = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    for i, frame in enumerate(frames):
        seconds, fraction = times[i] if times else (1, i)
        content += struct.pack("<IIII", seconds, fraction, len(frame), len(frame)) + frame
    return content


def frame(size):
    return bytes([2, 0, 0, 0, 0, 11, 2, 0, 0, 0, 0, 10, 8, 0]) + bytes(i & 0xFF for i in range(size - 14))


class Scratch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content=None):
        path = pathlib.Path(self.folder.name) / name
        if content is not None:
            path.write_bytes(content)
        return str(path)


class Account(unittest.TestCase):
    def check(self, path, packets):
        self.assertEqual(path["packets_in"], packets)
        self.assertEqual(packets, path["delivered"] + sum(path["dropped"].values()) + sum(path["refused"].values()))
        self.assertEqual(path["delivered"], path["answered"] + path["consumed"])
        self.assertEqual((path["payload_mismatches"], path["wire_mismatches"], path["findings"]), (0, 0, []))
        copies = (path["copies_per_packet"]["rx"], path["copies_per_packet"]["tx"])
        if path["path"] in DIRECT:
            self.assertEqual(copies, (0, 0))
            self.assertEqual((path["bytes_copied"], path["double_fetches"], path["fetches"]), (0, None, None))
        else:
            self.assertEqual(copies, (1, 1 if path["sent"] else 0))
            self.assertEqual((path["double_fetches"], path["fetches"]), (0, 2 * path["received"]))  # a descriptor, a copy
            self.assertEqual(path["bytes_copied"], sum(place["bytes"] for place in path["copies"].values()))
            if path["received"] == packets:
                incoming = path["copies"]["shared_to_private" if path["path"] == "folio" else "bounce_in"]
                self.assertEqual(incoming, {"copies": packets, "bytes": path["bytes_in"]})

    def test_all_captures_through_all_paths(self):
        for capture in CAPTURES:
            with self.subTest(capture):
                result = document(capture, "--compare", "all")
                self.assertEqual((result["schema"], result["version"]), ("cvm-net-compare", "1.0"))
                self.assertEqual([path["path"] for path in result["paths"]], PATHS)
                packets = sum(entry["packets"] for entry in result["sizes"])
                for path in result["paths"]:
                    self.check(path, packets)
                    self.assertEqual(path["delivered"], packets)

    def test_every_application_on_a_capture_that_fits_it(self):
        for app, capture in FITTING.items():
            with self.subTest(app):
                for path in document(capture, "--app", app, "--compare", "all")["paths"]:
                    self.check(path, path["packets_in"])
                    if app in ("udp-echo", "ipsec", "l2fwd"):
                        self.assertGreater(path["answered"], 0.7 * path["packets_in"])
                    if app == "sink":
                        self.assertEqual((path["consumed"], path["sent"]), (path["packets_in"], 0))

    def test_esp_is_decrypted_but_for_what_is_no_whole_packet_of_it(self):
        result = document("esp-aes-gcm", "--app", "ipsec")
        self.assertEqual((result["schema"], result["delivered"], result["dropped"]),
                         ("cvm-net", 5583, {"app.not_mine": 35}))
        self.assertGreater(result["per_packet"]["crypto_bytes"], 1000)

    def test_several_queues_and_three_buffers(self):
        for path in document("udp-sizes", "--compare", "all", "--queues", "2", "--pool", "3")["paths"]:
            self.check(path, 4979)
            self.assertGreater(path["delivered"], 20, path["path"])  # and not only until the pool is empty for the first time
            self.assertGreater(sum(path["dropped"].values()), 0)
        self.assertEqual(document("udp-sizes", "--queues", "4")["delivered"], 4979)

    def test_cold_pools_are_modelled_cold(self):
        warm, cold = (document("udp-sizes", *option)["modelled"] for option in ([], ["--cold"]))
        self.assertEqual(warm["per_packet"]["lines_cold"], 0)
        self.assertGreater(cold["per_packet"]["lines_cold"], 10)
        self.assertLess(cold["core_mpps"], warm["core_mpps"] / 2)

    def test_a_path_is_its_column_and_its_file(self):
        letter, name, file = (document("icmp-arp-nd", "--path", path) for path in ("J", "folio", "specs/paths/folio.json"))
        self.assertEqual(letter, name)
        self.assertEqual(file, name)

    def test_the_ideals_are_held_against_themselves_without_a_gap(self):
        for path in document("http", "--compare", "plain-dpdk,I")["paths"]:
            gap = path["modelled"]["against"][path["path"]]
            self.assertEqual(set(gap.values()), {0})

    def test_pace_changes_latency_and_nothing_that_is_counted(self):
        recorded = document("udp-sizes", "--path", "snp-sriov")
        paced = document("udp-sizes", "--path", "snp-sriov", "--rate", "1000000", "--burst-size", "64")
        self.assertEqual(recorded["copies"], paced["copies"])
        self.assertGreater(paced["modelled"]["latency_ns"]["p50"], 2 * recorded["modelled"]["latency_ns"]["p50"])
        self.assertEqual((recorded["rate_pps"], paced["rate_pps"]), (None, 1000000))

    def test_no_number_depends_on_the_seed(self):
        one, two = (document("http", "--path", "snp-sriov", "--seed", seed) for seed in ("1", "2"))
        self.assertEqual((one.pop("seed"), two.pop("seed")), (1, 2))
        self.assertEqual(one, two)

    def test_work_is_added_to_what_is_modelled(self):
        idle, busy = (document("http", *option)["modelled"] for option in ([], ["--work", "1000"]))
        self.assertGreater(busy["cycles"]["application"], idle["cycles"]["application"] + 1000)

    def test_only_a_measured_part_differs_from_run_to_run(self):
        one, two = document("http", "--loop", "3"), document("http", "--loop", "3")
        self.assertEqual(document("http"), {key: value for key, value in one.items() if key != "measured"})
        measured = one.pop("measured")
        two.pop("measured")
        self.assertEqual(one, two)
        self.assertEqual((measured["rounds"], sorted(measured["against"])), (3, ["plain-dpdk", "snp-tio-dpdk"]))
        for spread in (measured["guest_ns"], measured["device_ns"]):
            self.assertTrue(0 < spread["low"] <= spread["median"] <= spread["high"])

    def test_ipsec_can_be_measured_although_packets_repeat(self):
        self.assertGreater(document("esp-aes-gcm", "--app", "ipsec", "--loop", "2")["measured"]["mpps"], 0)


class Document(unittest.TestCase):
    text = (ROOT / "docs" / "NET.md").read_text()

    def keys(self, value):
        """All keys, but those that are names of ideals, reasons, places, counts and causes."""
        for key, inner in value.items():
            yield key
            if key not in ("dropped", "refused", "copies", "per_packet", "cycles"):
                for item in inner if isinstance(inner, list) else [inner]:
                    if isinstance(item, dict):
                        yield from self.keys(item)

    def test_every_key_is_explained(self):
        result = document("http", "--path", "snp-sriov", "--loop", "1")
        compared = document("http", "--compare", "folio")
        for key in set(self.keys(result)) | set(self.keys(compared)):
            self.assertIn(f"`{key}`", self.text)
        page = net("http", "--ledger", "-").stdout.splitlines()
        for line in (page[0], page[1]):
            for key in json.loads(line):
                self.assertIn(f'"{key}"', self.text)

    def test_every_option_is_explained(self):
        for option in re.findall(r"--[a-z-]+", net("--help").stdout):
            if option not in ("--help", "--usage", "--color", "--list", "--output", "--json"):
                self.assertIn(option, self.text)


class Files(Scratch):
    def test_the_ledger_adds_up_to_the_account(self):
        path = self.file("ledger.jsonl")
        result = document("esp-aes-gcm", "--app", "ipsec", "--ledger", path)
        head, *lines = map(json.loads, pathlib.Path(path).read_text().splitlines())
        self.assertEqual((head["schema"], head["app"], head["machine"]), ("cvm-net-ledger", "ipsec", "generic-100g"))
        self.assertEqual([line["id"] for line in lines], list(range(1, 5619)))
        self.assertEqual(sum(line["fate"] == "answered" for line in lines), result["answered"])
        self.assertEqual({(line["where"], line["reason"]) for line in lines if "reason" in line}, {("app", "not_mine")})
        for place, sums in result["copies"].items():
            self.assertEqual(sum(line["copies"].get(place, 0) for line in lines), sums["copies"])
            self.assertEqual(sum(line["bytes"].get(place, 0) for line in lines), sums["bytes"])
        for cause, mean in result["modelled"]["cycles"].items():
            total = sum(line["cycles"].get(cause, 0) for line in lines)
            self.assertAlmostEqual(total / result["received"], mean, delta=1e-4 * mean + 1e-9)

    def test_a_ledger_of_several_paths_names_each(self):
        path = self.file("ledger.jsonl")
        document("icmp-arp-nd", "--compare", "folio,snp-tio", "--ledger", path)
        lines = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()][1:]
        self.assertEqual([line["path"] for line in lines], ["folio"] * 1354 + ["snp-tio"] * 1354)

    @unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
    def test_hops_are_interfaces_and_carry_the_packet_id(self):
        path = self.file("hops.pcapng")
        document("icmp-arp-nd", "-o", path, "--queues", "3")
        fields = ["frame.interface_name", "frame.packet_id", "frame.time_epoch"]
        shown = subprocess.run(["tshark", "-r", path, "-T", "fields", *(word for field in fields for word in ("-e", field))],
                               capture_output=True, text=True, check=True).stdout
        rows = [line.split("\t") for line in shown.splitlines()]
        self.assertEqual(len(rows), 4 * 1354)
        hops = ["nic0.wire", "ring.shared", "guest0.rx", "nic0.wire-out"]
        for number in range(1354):
            four = rows[4 * number:4 * number + 4]
            self.assertEqual([row[0] for row in four], hops)
            self.assertEqual({(int(row[1], 0), row[2]) for row in four}, {(number + 1, four[0][2])})
        times = [float(row[2]) for row in rows]
        self.assertEqual(times, sorted(times))
        self.assertGreater(times[0], 1e9)  # the recording's own date

    def test_the_output_is_a_capture_that_net_reads(self):
        path = self.file("hops.pcapng.zst")
        document("icmp-arp-nd", "-o", path)
        self.assertEqual(document(path)["packets_in"], 4 * 1354)

    def test_standard_input_and_output(self):
        with open(ROOT / "traces/packets/icmp-arp-nd.pcap.zst", "rb") as capture:
            page = net("-", "--json", stdin=capture)
        self.assertEqual(json.loads(page.stdout)["packets_in"], 1354)
        page = net("icmp-arp-nd", "--ledger", "-")
        self.assertEqual((page.returncode, len(page.stdout.splitlines())), (0, 1355))

    def test_a_capture_of_jumbo_frames_gets_larger_rooms(self):
        path = self.file("jumbo.pcap", pcap(frame(9000), frame(60)))
        result = document(path)
        self.assertEqual((result["delivered"], result["refused"]), (2, {}))
        self.assertGreater(result["room_bytes"], 9000)

    def test_a_frame_that_no_device_takes_is_a_drop_with_its_reason(self):
        result = document(self.file("giant.pcap", pcap(frame(16000), frame(60))))
        self.assertEqual((result["packets_in"], result["delivered"], sum(result["dropped"].values())), (2, 1, 1))


class Table(unittest.TestCase):
    def test_lines_fit_and_colour_is_only_where_asked_for(self):
        for columns in ("80", "120"):
            page = net("http", "--compare", "all", env=dict(os.environ, COLUMNS=columns))
            body = page.stdout[page.stdout.index("\npackets (counted)"):]
            self.assertLessEqual(max(map(len, body.splitlines())), max(int(columns), 100))
            self.assertNotIn("\033", page.stdout)
            self.assertEqual([line for line in page.stdout.splitlines() if line != line.rstrip()], [])
        coloured = net("http", "--color=always").stdout
        self.assertIn("\033[1mpackets (counted)\033[0m", coloured)
        self.assertEqual(re.sub(r"\033\[\d*m", "", coloured), net("http", "--color=never").stdout)

    def test_every_number_says_how_it_was_come_by(self):
        page = net("http", "--loop", "1").stdout
        headings = re.findall(r"(?m)^(\w.*) \((counted|modelled|measured)\)$", page)
        self.assertEqual({origin for _, origin in headings}, {"counted", "modelled", "measured"})
        self.assertNotIn("(measured)", net("http").stdout)

    def test_the_list_has_all_there_is_to_choose_from(self):
        page = net("--list").stdout
        for word in PATHS + CAPTURES + list(FITTING) + ["macswap", "generic-100g", "epyc7313-82599"]:
            self.assertIn(f" {word}", page)


class Refused(Scratch):
    def refused(self, code, line, *arguments, **options):
        page = net(*arguments, **options)
        self.assertEqual((page.returncode, page.stdout), (code, ""), arguments)
        self.assertIn(line, page.stderr)
        if code != 2:
            self.assertEqual(len(page.stderr.splitlines()), 1, page.stderr)

    def test_wrong_captures(self):
        whole = pcap(frame(60), frame(60))
        for name, content, line in (
                ("cut.pcap", whole[:-1], "packet 2: file ends after 59 of its bytes: truncated; expected 60"),
                ("none.pcap", pcap(), "no packet in it; expected at least one"),
                ("wifi.pcap", pcap(frame(60), link=105), "expected"),
                ("text.pcap", b"hello world, this is no capture at all", "not a capture; expected pcap or pcapng"),
                ("empty.pcap", b"", "expected"),
                ("short.pcap", pcap(b"abc"), "packet 1: "),
                ("back.pcap", pcap(frame(60), frame(60), times=[(100, 0), (1, 0)]), "packet 2: ")):
            with self.subTest(name):
                path = self.file(name, content)
                output = self.file("output.pcapng")
                self.refused(3, f"{path}: {line}" if line != "expected" else line, path, "-o", output)
                self.assertFalse(os.path.exists(output))
        self.refused(3, "nosuch: cannot open", "nosuch")

    def test_unknown_names(self):
        self.refused(3, 'unknown path "nosuch"; expected folio-egress-guard,', "http", "--path", "nosuch")
        self.refused(3, 'unknown path "x"; expected folio-egress-guard,', "http", "--compare", "folio,x")
        self.refused(3, "./x.json: ", "http", "--path", "./x.json")
        self.refused(3, 'unknown machine "x"; expected epyc7313-82599', "http", "--machine", "x")
        self.refused(2, "--app: unknown application 'x'; expected one of l2fwd,", "http", "--app", "x")

    def test_keys(self):
        self.refused(3, "x.json: cannot be opened", "esp-aes-gcm", "--app", "ipsec", "--keys", "x.json")
        self.refused(3, "keys.json:1:1: ", "esp-aes-gcm", "--app", "ipsec", "--keys", self.file("keys.json", b"{"))
        self.refused(2, "--keys: macswap needs none", "esp-aes-gcm", "--keys", "x.json")
        self.refused(4, "not found", "traces/packets/esp-aes-gcm.pcap.zst", "--app", "ipsec",
                     env=dict(os.environ, CVMLAB_DATA=self.folder.name))

    def test_a_pool_that_is_too_small(self):
        self.refused(2, "--pool: '2' is not a number from 3", "http", "--pool", "2")
        self.refused(3, "pool, ring and queues do not fit each other", "http", "--pool", "3", "--queues", "8")

    def test_outputs_that_cannot_be_written(self):
        for option in ("-o", "--ledger"):
            self.refused(4, "x/y: cannot create", "http", option, self.file("x") + "/y")
            if os.path.exists("/dev/full"):
                self.refused(4, "/dev/full: ", "http", option, "/dev/full")
        capture = self.file("mine.pcap", pcap(frame(60)))
        self.refused(3, "it is the capture itself; expected another file", capture, "-o", capture)
        self.assertEqual(pathlib.Path(capture).read_bytes(), pcap(frame(60)))

    def test_an_output_that_exists_is_replaced_only_by_a_whole_one(self):
        old = self.file("old.pcapng", b"old")
        self.refused(3, "pool, ring and queues", "http", "--pool", "3", "--queues", "8", "-o", old)
        self.assertEqual(pathlib.Path(old).read_bytes(), b"old")
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["old.pcapng"])
        document("icmp-arp-nd", "-o", old)
        self.assertGreater(os.path.getsize(old), 1000)

    def test_nothing_to_measure(self):
        self.refused(3, "no packet reaches the guest of folio", self.file("giant.pcap", pcap(frame(16000))), "--loop", "2")

    def test_wrong_command_lines(self):
        for arguments, line in (([], "a CAPTURE is needed; --list shows"),
                                (["a", "b"], "one CAPTURE is expected: 'b' is too many"),
                                (["a", "--compare", "folio,,x"], "--compare: an empty name"),
                                (["a", "--compare", ",".join(["folio"] * 17)], "--compare: more than 16 paths"),
                                (["a", "--compare", "folio,snp-tio", "-o", "x"], "it cannot go with --compare"),
                                (["a", "--burst-size", "2"], "--burst-size needs --rate"),
                                (["a", "--rate", "0"], "--rate: '0' is not a number from 1"),
                                (["a", "--queues", "17"], "--queues: '17' is not a number from 1 to 16"),
                                (["a", "--loop", "-1"], "--loop: '-1' is not a number"),
                                (["a", "--work", "1.5"], "--work: '1.5' is not a number"),
                                (["a", "--seed", "x"], "--seed: 'x' is not a number"),
                                (["a", "--json", "--ledger", "-"], "can have standard output"),
                                (["a", "-o", "x", "--ledger", "x"], "cannot write the same file")):
            with self.subTest(arguments):
                self.refused(2, line, *arguments)


if __name__ == "__main__":
    unittest.main()
