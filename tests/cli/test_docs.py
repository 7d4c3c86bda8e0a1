#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents say the program does, it does: the example exits of docs/REPLAY.md, the commands of README.md."""
import pathlib
import re
import shlex
import tempfile
import unittest

from program import ROOT, run


def trace(name):
    return f"traces/{name}.cvmt.jsonl.zst"


class Reasons(unittest.TestCase):
    table = re.findall(r"^\| `([a-z-]+)` \|.*\| (.*) \|$", (ROOT / "docs/REPLAY.md").read_text(), re.M)

    def test_each_example_exit_shows_its_reason(self):
        shown = 0
        for key, example in self.table:
            exit_example = re.fullmatch(r"`([\w-]+)`, exit (\d+)", example)
            if not exit_example:
                continue
            with self.subTest(key):
                page = run("replay", "--exit", exit_example[2], trace(exit_example[1]), cwd=ROOT)
                self.assertEqual((page.returncode, page.stderr), (0, ""))
                self.assertIn(f"\n{key}: ", page.stdout)
                shown += 1
        self.assertGreaterEqual(shown, 6)

    def test_a_reason_of_certain_profiles_is_seen_with_them_and_not_with_strict(self):
        for key, example in self.table:
            profiles = re.findall(r"`(\w+)`", example) if example.startswith("profile") else []
            for profile in profiles:
                with self.subTest(key=key, profile=profile):
                    self.assertIn(f" {key} ", run("replay", "--spec", profile, trace("bare-smp1"), cwd=ROOT).stdout)
                    self.assertNotIn(f" {key} ", run("replay", trace("bare-smp1"), cwd=ROOT).stdout)

    def test_the_table_and_the_program_list_the_same_reasons(self):
        source = (ROOT / "sim/replay/reason.c").read_text()
        keys = set(re.findall(r'\[REASON_\w+\] =\s*\{\s*"([a-z-]+)"', source)) - {"equal"}
        self.assertEqual({key for key, _ in self.table}, keys)


class Readme(unittest.TestCase):
    commands = re.findall(r"^tools/cvmlab (?!demo)([^#\n]*)", (ROOT / "README.md").read_text(), re.M)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("traces", "specs"):
            (self.folder / name).symlink_to(ROOT / name)

    def test_every_command_runs_as_said(self):
        self.assertGreaterEqual(len(self.commands), 6)
        for line in self.commands:
            words = [word for word in shlex.split(line.split(">")[0]) if "my-profile" not in word]
            if "--spec" in words and words[words.index("--spec") + 1].startswith("traces/"):
                words.remove("--spec")
            files = [path for word in words if "*" in word for path in map(str, sorted(ROOT.glob(word)))]
            arguments = [word for word in words if "*" not in word] + files
            with self.subTest(line):
                page = run(*arguments, cwd=self.folder)
                self.assertEqual(page.returncode, 1 if "legacy-open" in line else 0)
                if "--record" in words:  # the console of a program, which may be silent, and how it ended
                    self.assertIn("the program passed", page.stderr)
                    continue
                self.assertEqual(page.stderr, "")
                self.assertNotEqual(page.stdout, "")


if __name__ == "__main__":
    unittest.main()
