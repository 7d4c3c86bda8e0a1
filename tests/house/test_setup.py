#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/setup with dpkg-query, apt-get, id and sudo replaced by scripts that write down how they are called."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SETUP = pathlib.Path(__file__).resolve().parents[2] / "tools" / "setup"
EVERYTHING = 'shift 2; for p in "$@"; do echo "ii $p"; done'
NO_GCC = 'shift 2; for p in "$@"; do [ "$p" = gcc ] || echo "ii $p"; done; exit 1'


class Setup(unittest.TestCase):
    def setUp(self):
        self.bin = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.bin)
        self.log = self.bin / "log"
        self.log.touch()
        for program in ("sh", "sed", "tr", "find", "env", "dirname"):
            (self.bin / program).symlink_to(shutil.which(program))
        self.fake("id", "echo 0")

    def fake(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def apt_get(self, body="true"):
        self.fake("apt-get", f'echo "apt-get $*" >>{self.log}\n{body}')

    def run_setup(self, *arguments):
        return subprocess.run([SETUP, *arguments], capture_output=True, text=True, env={**os.environ, "PATH": str(self.bin)})

    def test_nothing_missing_does_and_says_nothing(self):
        self.fake("dpkg-query", EVERYTHING)
        self.apt_get()
        result = self.run_setup()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(self.log.read_text(), "")

    def test_check_lists_what_is_missing_and_installs_nothing(self):
        self.fake("dpkg-query", NO_GCC)
        self.apt_get()
        result = self.run_setup("--check")
        self.assertEqual(result.returncode, 4)
        self.assertIn("missing: gcc\n", result.stderr)
        self.assertEqual(self.log.read_text(), "")

    def test_what_is_missing_is_installed(self):
        self.fake("dpkg-query", NO_GCC)
        self.apt_get()
        result = self.run_setup("build")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertRegex(self.log.read_text(), r"apt-get -qq install -y --no-install-recommends gcc\n$")

    def test_a_failed_installation_is_tried_again_with_new_lists(self):
        self.fake("dpkg-query", NO_GCC)
        self.apt_get('case "$*" in *install*) exit 100;; esac')
        result = self.run_setup("build")
        self.assertEqual(result.returncode, 4)
        self.assertRegex(self.log.read_text(), r"install.*\napt-get -qq update\n.*install.*\n$")
        self.assertIn("could not install: gcc", result.stderr)

    def test_without_root_and_sudo_it_says_what_to_run(self):
        self.fake("dpkg-query", NO_GCC)
        self.fake("id", "echo 1000")
        self.apt_get()
        result = self.run_setup()
        self.assertEqual(result.returncode, 4)
        self.assertIn("apt-get install gcc", result.stderr)

    def test_without_root_sudo_is_used(self):
        self.fake("dpkg-query", NO_GCC)
        self.fake("id", "echo 1000")
        self.fake("sudo", f'echo "sudo $1" >>{self.log}\nexec "$@"')
        self.apt_get()
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertIn("sudo env\n", self.log.read_text())

    def test_another_distribution_gets_the_list_of_packages(self):
        result = self.run_setup("build")
        self.assertEqual(result.returncode, 4)
        self.assertIn("no apt", result.stderr)
        self.assertIn("libjansson-dev", result.stderr)

    def test_an_unknown_argument_is_a_usage_error(self):
        result = self.run_setup("--bananas")
        self.assertEqual(result.returncode, 2)
        self.assertIn("tools/setup --check", result.stderr)


if __name__ == "__main__":
    unittest.main()
