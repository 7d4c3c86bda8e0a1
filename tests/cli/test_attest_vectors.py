#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab attest vectors: the shipped file passes; a change of any expected member of it is found, and named."""
import copy
import json
import pathlib
import tempfile
import unittest

from program import ROOT, run

FILE = ROOT / "specs" / "vectors" / "snp-vectors.json"
SHIPPED = json.loads(FILE.read_text())


def entries(document):
    """(category, id, entry) of everything that is checked."""
    for category, key in (("launch_micro", "vectors"), ("kernel_hash_pages", "vectors"), ("launch_full", "vectors"),
                          ("report", "samples"), ("aes_xts", "vectors")):
        for entry in document[category][key]:
            yield category, entry["id"], entry
    for category, key in (("vmsa_pages", "pages"), ("firmware_fixtures", "files"), ("id_block", "keys")):
        for name, entry in document[category][key].items():
            yield category, name, entry


def flipped(text, at=-1):
    """The same hex digits with one changed."""
    digits = list(text)
    digits[at] = "1" if digits[at] != "1" else "2"
    return "".join(digits)


class Vectors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "v.json"

    def check(self, document):
        self.path.write_text(document if isinstance(document, str) else json.dumps(document, indent=1))
        return run("attest", "vectors", str(self.path), "--json")

    def failed(self, document):
        """The (category, id) of the entries that fail."""
        result = self.check(document)
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        return {(entry["category"], entry["id"]) for entry in json.loads(result.stdout)["entries"]
                if entry["outcome"] == "failed"}

    def change(self, category, name, edit):
        """edit changes the entry; exactly it must fail."""
        document = copy.deepcopy(SHIPPED)
        edit(next(entry for kind, id_, entry in entries(document) if (kind, id_) == (category, name)))
        with self.subTest(f"{category} {name}"):
            self.assertEqual(self.failed(document), {(category, name)})

    def test_the_shipped_file_passes(self):
        result = run("attest", "vectors", str(FILE))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"(?m)^all +29 +0 +6$")
        self.assertNotIn("FAILED", result.stdout)

    def test_every_expected_digest_counts(self):
        for category, name, entry in entries(SHIPPED):
            for key in ("expect", "sha384", "key_digest", "table_hex", "page_sha384", "ciphertext_hex",
                        "single_block_ciphertext_hex", "sha256"):
                if key in entry and category != "firmware_fixtures" and (category != "report" or "report_hex" in entry):
                    for at in (0, len(entry[key]) // 2, -1):
                        self.change(category, name, lambda e, k=key, a=at: e.update({k: flipped(e[k], a)}))

    def test_every_step_of_a_launch_counts(self):
        for category, name, entry in entries(SHIPPED):
            for index, step in enumerate(entry.get("steps", [])):
                if "ld_after" in step:
                    self.change(category, name,
                                lambda e, i=index: e["steps"][i].update(ld_after=flipped(e["steps"][i]["ld_after"])))
            for index in range(len(entry.get("events", [])) if name == "gce-amdsev-kernel-1vcpu-0x1" else 0):
                self.change_event(name, index)

    def change_event(self, name, index):
        """The launch fails, and with it the firmware that it starts, if it is an event of the firmware's."""
        document = copy.deepcopy(SHIPPED)
        event = next(e for _, id_, e in entries(document) if id_ == name)["events"][index]
        event["gpa"] = "0x1000"
        self.assertIn(("launch_full", name), self.failed(document))

    def test_every_field_of_a_save_area_counts(self):
        for name, page in SHIPPED["vmsa_pages"]["pages"].items():
            for index, field in enumerate(page["fields"]):
                def edit(entry, at=index):
                    value = entry["fields"][at][3]
                    if isinstance(value, dict):
                        value["base"] ^= 1
                    else:
                        entry["fields"][at][3] = hex(int(value, 16) ^ 1)
                self.change("vmsa_pages", name, edit)
                self.change("vmsa_pages", name, lambda e, at=index: e["fields"][at].__setitem__(0, field[0] + 16))
            for index in range(len(page["nonzero_bytes"])):
                self.change("vmsa_pages", name, lambda e, at=index: e["nonzero_bytes"].pop(at))

    def test_every_field_of_a_report_counts(self):
        for _, name, sample in entries(SHIPPED):
            if "report_hex" not in sample:
                continue
            for key, value in sample["fields"].items():
                if isinstance(value, int):
                    wrong = value + 1
                elif value.startswith("0x"):
                    wrong = hex(int(value, 16) ^ 0x10)
                else:
                    wrong = flipped(value)
                self.change("report", name, lambda e, k=key, w=wrong: e["fields"].update({k: w}))
            self.change("report", name, lambda e: e.update(signature="fails"))
            self.change("report", name, lambda e: e.update(product="Turin"))
            self.change("report", name, lambda e: e.update(report_hex=flipped(e["report_hex"], 300)))

    def test_the_chain_and_the_signer_of_a_report_count(self):
        other = {"milan-v2-gosevguest": "genoa-ms", "genoa-ms": "milan-v2-gosevguest"}
        samples = {name: sample for _, name, sample in entries(SHIPPED) if "report_hex" in sample}
        for name in samples:
            for key in ("chain_pem", "signer_cert_pem", "signer_public_key_p384"):
                self.change("report", name, lambda e, k=key, n=name: e.update({k: samples[other[n]][k]}))

    def test_inputs_of_every_kind_count(self):
        self.change("kernel_hash_pages", "empty-kernel-cmdline", lambda e: e.update(cmdline="x"))
        self.change("kernel_hash_pages", "empty-kernel-cmdline", lambda e: e.update(kernel_hex="00"))
        self.change("kernel_hash_pages", "empty-kernel-cmdline", lambda e: e.update(page_offset=0))
        for name in ("ieee1619-2", "ieee1619-10 (first 32 bytes)"):
            for key in ("key_hex", "iv_hex", "plaintext_hex"):
                self.change("aes_xts", name, lambda e, k=key: e.update({k: flipped(e[k], 0)}))

    def test_firmware_is_held_against_the_launches_that_start_it(self):
        for edit in (lambda e: e.update(page_sha384=flipped(e["page_sha384"])),
                     lambda e: e["sections"].pop(1),
                     lambda e: e["sections"][2].__setitem__(2, 3),
                     lambda e: e["sections"].__setitem__(0, ["0x700000", "0x9000", 1]),
                     lambda e: e["sections"].__setitem__(0, ["0x800000", "0xb000", 1]),
                     lambda e: e.update(gpa="0xffffe000"),
                     lambda e: e.update(hash_table_gpa_size=["0x900000", "0x400"])):
            self.change("firmware_fixtures", "ovmf_AmdSev_suffix", edit)

    def test_the_id_block_counts(self):
        document = copy.deepcopy(SHIPPED)
        document["id_block"]["id_block_hex"] = flipped(document["id_block"]["id_block_hex"], -11)
        self.assertEqual(self.failed(document), {("id_block", "id_block_hex")})
        self.change("id_block", "id", lambda e: e.update(x_be=flipped(e["x_be"])))

    def test_absent_and_empty_categories_are_no_entries(self):
        document = {"format": "snp-vectors/1"}
        self.assertEqual(self.check(document).returncode, 0)
        for category in SHIPPED:
            if category in ("format", "about", "constants"):
                continue
            document[category] = {}
            fewer = {key: value for key, value in SHIPPED.items() if key != category}
            self.assertEqual(self.check(fewer).returncode, 0)
        self.assertEqual(self.check(document).returncode, 0)

    def test_a_file_of_more_than_a_megabyte(self):
        vectors = SHIPPED["launch_micro"]["vectors"][:6] * 600
        result = self.check({"format": "snp-vectors/1", "launch_micro": {"vectors": vectors}})
        self.assertGreater(self.path.stat().st_size, 1 << 20)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(json.loads(result.stdout)["all"], {"passed": 3600, "failed": 0, "skipped": 0})

    def test_a_file_that_is_malformed(self):
        lines = FILE.read_text().splitlines()
        for text, message in (("", "1:1: the file is empty"), ("[]", "1:1: the file holds an array"), ("{", "1:1: "),
                              ('{"format": "snp-vectors/1",\n "launch_macro": {}}', '2:18: unknown key "launch_macro"'),
                              ('{"format": "snp-vectors/2"}', "1:12: format"), ('{"format": 1}', "1:12: "),
                              ("\n".join(lines[:300]), "300:"), ('{"format": "snp-vectors/1", "format": ""}', "1:")):
            result = self.check(text)
            with self.subTest(message):
                self.assertEqual((result.returncode, result.stdout), (3, ""))
                self.assertIn(f"v.json:{message}", result.stderr)
                self.assertRegex(result.stderr, r"\A[^\n]*; expected [^\n]*\n\Z")
        missing = run("attest", "vectors", "none.json")
        self.assertEqual((missing.returncode, missing.stdout), (3, ""))
        self.assertEqual(run("attest", "vectors").returncode, 2)


if __name__ == "__main__":
    unittest.main()
