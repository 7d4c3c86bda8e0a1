#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cvmlab bench folio: its documents, its plot, and what it refuses. No test looks at how fast anything is."""
import json
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree

import folio_docs
from program import ROOT, run

SMALL = ("bench", "folio", "--modelled", "--sizes", "64,1500")
CLAIMS = ROOT / "specs" / "claims.json"


class Modelled(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = run(*SMALL, "--json")
        cls.document = json.loads(cls.result.stdout)
        cls.text = run(*SMALL)

    def test_the_document_has_no_measured_part(self):
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))
        self.assertEqual((self.document["schema"], self.document["version"]), ("cvm-bench-folio", "1.0"))
        self.assertNotIn("measured", self.document)
        self.assertEqual({row["path"] for row in self.document["modelled"]["paths"]},
                         {path.stem for path in (ROOT / "specs" / "paths").glob("*.json")
                          if "column" in json.loads(path.read_text(encoding="utf-8"))})

    def test_every_claim_of_the_file_is_there_with_the_number_of_the_file(self):
        file = {claim["id"]: claim for claim in json.loads(CLAIMS.read_text(encoding="utf-8"))["claims"]}
        self.assertEqual({claim["id"] for claim in self.document["claims"]}, set(file))
        for claim in self.document["claims"]:
            with self.subTest(claim["id"]):
                self.assertEqual((claim["theirs"], claim["unit"]), (file[claim["id"]]["theirs"], file[claim["id"]]["unit"]))
                away = claim["ours"] - claim["theirs"]
                away = {"equals": abs(away), "at most": away, "at least": -away}[claim["relation"]]
                agrees = "fitted" if "fitted" in file[claim["id"]] else "holds"
                self.assertEqual(claim["verdict"], agrees if away <= claim["tolerance"] else "missed")
        for verdict, count in self.document["verdicts"].items():
            self.assertEqual(count, sum(claim["verdict"] == verdict for claim in self.document["claims"]))

    def test_there_is_one_tolerance_for_all_claims_of_a_kind(self):
        rule = {"x": lambda theirs: 0.05 * theirs, "%": lambda theirs: 1, "Gb/s": lambda theirs: 0.03 * theirs}
        for claim in self.document["claims"]:
            with self.subTest(claim["id"]):
                allowed = rule.get(claim["unit"], lambda theirs: 0)(claim["theirs"]) if claim["relation"] == "equals" else 0
                self.assertAlmostEqual(claim["tolerance"], allowed, 4)

    def test_fitted_claims_are_apart_and_not_counted_as_evidence(self):
        text = self.text.stdout
        independent, fitted = text.split("\nindependent: ")[1].split("\nfitted: ")
        for claim in self.document["claims"]:
            self.assertIn(f"\n{claim['id']} ", fitted if "fitted" in claim else independent)
        verdicts = self.document["verdicts"]
        self.assertTrue(text.endswith(f"\n{verdicts['holds']} of {verdicts['holds'] + verdicts['missed']} independent claims hold, "
                                      f"{verdicts['fitted']} fitted, {verdicts['missed']} missed\n"))

    def test_a_claim_that_does_not_hold_says_why_and_is_no_failure(self):
        broken = [claim for claim in self.document["claims"] if claim["verdict"] == "missed"]
        self.assertTrue(broken)
        for claim in broken:
            with self.subTest(claim["id"]):
                self.assertTrue(claim["cause"])
        result = run("bench", "folio", "--claim", "fig7-udp-1")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("\nverdict missed\n", result.stdout)
        self.assertIn("no copy explains", result.stdout)

    def test_the_crossover_is_there_only_where_the_loss_exceeds_six_percent(self):
        rows = self.document["modelled"]["crossover"]
        self.assertEqual({row["pools"] for row in rows}, {"warm", "cold"})
        for row in rows:
            with self.subTest(row):
                self.assertEqual(row["crossover_gbps"] is None, row["loss_percent"] <= 6)
                self.assertAlmostEqual(row["loss_percent"],
                                       100 * (row["folio_ns"] - row["ideal_ns"]) / row["folio_ns"], 2)

    def test_the_page_for_a_person_marks_what_is_modelled(self):
        self.assertEqual((self.text.returncode, self.text.stderr), (0, ""))
        self.assertTrue(self.text.stdout.startswith("MODELLED for generic-100g"))
        self.assertNotIn("MEASURED", self.text.stdout)
        self.assertIn("where the copies exceed 6 %", self.text.stdout)

    def test_the_tables_in_the_docs_have_these_numbers(self):
        text = folio_docs.DOCUMENT.read_text(encoding="utf-8")
        filled, names = folio_docs.filled(text)
        self.assertEqual(sorted(names), sorted(folio_docs.TABLES))
        self.assertEqual(text.splitlines(), filled.splitlines(), "run: tests/cli/folio_docs.py")


class Sources(unittest.TestCase):
    """Where the model's constants come from is said in one of four ways."""
    COSTS = sorted((ROOT / "specs" / "costs").glob("*.json"))

    def test_what_is_derived_says_from_what(self):
        for path in self.COSTS:
            for name, constant in json.loads(path.read_text(encoding="utf-8"))["constants"].items():
                with self.subTest(f"{path.stem} {name}"):
                    kind = re.match(r"computed from |fitted to |order of magnitude, .*not published: ", constant["source"])
                    self.assertEqual(bool(kind), constant["basis"] == "derived")

    def test_claims_know_every_constant_that_was_fitted_to_the_paper(self):
        paper = json.loads((ROOT / "specs" / "costs" / "epyc7313-82599.json").read_text(encoding="utf-8"))["constants"]
        fitted = {name for name, constant in paper.items() if constant["source"].startswith("fitted to ")}
        claims = json.loads(CLAIMS.read_text(encoding="utf-8"))["claims"]
        known = set(re.findall(r"\w+", " ".join(claim.get("fitted", "") for claim in claims))) & set(paper)
        self.assertEqual(known, fitted)


class Measured(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.arguments = ("bench", "folio", "--repeat", "2", "--sizes", "256", "--apps", "macswap", "--paths", "folio,plain-dpdk")
        cls.result = run(*cls.arguments, "--json")

    def test_every_path_and_kind_of_pools_is_measured(self):
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))
        measured = json.loads(self.result.stdout)["measured"]
        self.assertEqual((measured["repetitions"], measured["reference"]), (2, "folio"))
        self.assertEqual([(row["path"], row["pools"]) for row in measured["series"]],
                         [(path, pools) for pools in ("warm", "cold") for path in ("folio", "plain-dpdk")])
        for row in measured["series"]:
            for key in ("guest_ns", "device_ns"):
                self.assertLess(0, row[key]["min"])
                self.assertLessEqual(row[key]["min"], row[key]["median"])
                self.assertLessEqual(row[key]["median"], row[key]["max"])

    def test_each_application_is_measured_on_the_option_of_folio_that_it_can_use(self):
        result = run("bench", "folio", "--repeat", "1", "--sizes", "256", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        paths = {}
        for row in json.loads(result.stdout)["measured"]["series"]:
            paths.setdefault(row["app"], set()).add(row["path"])
        common = {"snp-tio-dpdk", "plain-dpdk", "folio", "snp-sriov"}
        self.assertEqual(paths, {"macswap": common | {"folio-header-only"}, "ipsec": common | {"folio-single-fetch"}})

    def test_a_path_may_be_a_file(self):
        path = json.loads((ROOT / "specs" / "paths" / "folio.json").read_text(encoding="utf-8"))
        path["name"], path["burst"] = "small", 4
        path.pop("$schema", None)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(path, file)
            file.flush()
            result = run("bench", "folio", "--repeat", "1", "--sizes", "256", "--apps", "macswap", "--paths", file.name, "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_path_that_an_application_cannot_use_is_said(self):
        result = run("bench", "folio", "--repeat", "1", "--sizes", "256", "--apps", "ipsec", "--paths", "folio-header-only")
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertIn("ipsec reads payloads", result.stderr)

    def test_measured_and_modelled_are_apart(self):
        result = run(*self.arguments)
        measured, modelled = result.stdout.split("MODELLED", 1)
        self.assertIn("MEASURED on this computer", measured)
        self.assertIn("device: its emulation, not in the others", measured)
        self.assertNotIn("MEASURED", modelled)


class Calibrate(unittest.TestCase):
    def test_the_file_is_a_machine_of_the_model(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "here.json"
            result = run("bench", "calibrate", "-o", str(path))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith("MEASURED: "))
            file = json.loads(path.read_text(encoding="utf-8"))
            measured = {name for name, constant in file["constants"].items() if constant["basis"] == "measured"}
            self.assertEqual(measured, {"cpu", "driver_packet", "descriptor_read"})
            result = run(*SMALL, "--machine", str(path))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith(f"MODELLED for calibrated ({file['title']})"))

    def test_the_document_holds_the_same_machine(self):
        result = run("bench", "calibrate", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        document = json.loads(result.stdout)
        self.assertEqual((document["schema"], document["version"], document["evidence"]),
                         ("cvm-bench-calibrate", "1.0", "measured"))
        self.assertEqual(document["machine"]["format"], "cvm-cost")

    def test_the_file_may_be_standard_output(self):
        result = run("bench", "calibrate", "-o", "-")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(json.loads(result.stdout)["name"], "calibrated")

    def test_what_cannot_be_is_refused(self):
        for arguments, code, message in ((["-o", "-", "--json"], 2, "both write to standard output"),
                                         (["x"], 2, "Too many arguments"),
                                         (["-o", "/no/such/folder/here.json"], 4, "/no/such/folder/here.json")):
            with self.subTest(arguments):
                result = run("bench", "calibrate", *arguments)
                self.assertEqual((result.returncode, result.stdout), (code, ""))
                self.assertIn(message, result.stderr)


class Plot(unittest.TestCase):
    def test_the_plot_in_docs_is_what_the_model_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            drawn = pathlib.Path(folder) / "plot.svg"
            self.assertEqual(run(*SMALL[:3], "--sizes", "64", "--plot", str(drawn)).returncode, 0)
            text = drawn.read_text(encoding="utf-8")
        self.assertEqual(text, (ROOT / "docs" / "folio-crossover.svg").read_text(encoding="utf-8"),
                         "run: cvmlab bench folio --modelled --plot docs/folio-crossover.svg, and look at it")
        root = xml.etree.ElementTree.fromstring(text)
        self.assertTrue(root.tag.endswith("svg"))

    def test_a_plot_that_cannot_be_written_is_said(self):
        result = run(*SMALL[:3], "--sizes", "64", "--plot", "/no/such/folder/plot.svg")
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertIn("/no/such/folder/plot.svg", result.stderr)


class BadInput(unittest.TestCase):
    def test_a_wrong_command_line_is_refused(self):
        for arguments, message in ((["--sizes", "59"], "'59' is not a size from 60 to 9728"),
                                   (["--sizes", "64,64"], "'64' is not a size"), (["--sizes", "64,,128"], "an empty word"),
                                   (["--sizes", ",".join(map(str, range(60, 80)))], "more than 16 words"),
                                   (["--paths", "no-such"], "'no-such' cannot be measured"),
                                   (["--paths", "plain-virtio"], "'plain-virtio' cannot be measured"),
                                   (["--crypto", "no-such"], "no library 'no-such' here"),
                                   (["--check", "--modelled"], "--modelled measures nothing"),
                                   (["--check", "--claim", "ipsec-cost"], "--claim measures nothing"),
                                   (["--apps", "no-such"], "unknown application 'no-such'"), (["x"], "Too many arguments")):
            with self.subTest(arguments):
                result = run("bench", "folio", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)

    def test_bad_files_and_names_end_with_one_line(self):
        claims = json.loads(CLAIMS.read_text(encoding="utf-8"))
        claims["claims"][0]["path"] = "no-such"
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(claims, file)
            file.flush()
            cases = ((["--claims", "/no/such.json"], "/no/such.json"), (["--claim", "no-such"], 'no claim "no-such"'),
                     (["--machine", "no-such"], "no-such"),
                     (["--claims", file.name, "--claim", claims["claims"][0]["id"]], "no-such"))
            for arguments, message in cases:
                with self.subTest(arguments):
                    result = run("bench", "folio", "--modelled", "--sizes", "64", *arguments)
                    self.assertEqual((result.returncode, result.stdout), (3, ""))
                    self.assertIn(message, result.stderr)
                    self.assertEqual(result.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
