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
    """In a tree of its own, with a Unicorn in its prefix."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        self.bin = self.top / "bin"
        self.log = self.top / "log"
        self.log.touch()
        self.archive = self.top / "build/unicorn/usr/lib/some-linux-gnu/libunicorn.a"
        for folder in (self.bin, self.top / "tools", self.archive.parent):
            folder.mkdir(parents=True)
        self.archive.touch()
        shutil.copy(SETUP, self.top / "tools")
        for program in ("sh", "sed", "tr", "find", "env", "dirname", "readlink", "mkdir", "rm", "mv"):
            (self.bin / program).symlink_to(shutil.which(program))
        self.fake("id", "echo 0")
        self.fake("dpkg", '[ "$3" = ge ] && case $2 in 2.0*) exit 1;; esac')
        self.fake("apt-cache", 'echo "  Candidate: 2.0.1-1"')

    def fake(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def apt_get(self, body="true"):
        self.fake("apt-get", f'echo "apt-get $*" >>{self.log}\n{body}')

    def run_setup(self, *arguments):
        return subprocess.run([self.top / "tools" / "setup", *arguments], capture_output=True, text=True, env={**os.environ, "PATH": str(self.bin)})

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

    def without_unicorn(self, apt_get="true"):
        shutil.rmtree(self.top / "build")
        self.fake("dpkg-query", 'shift 2; for p in "$@"; do [ "$p" = libunicorn-dev ] || echo "ii $p"; done')
        self.fake("dpkg-deb", 'mkdir -p usr/lib/some-linux-gnu && echo new >usr/lib/some-linux-gnu/libunicorn.a')
        self.apt_get(f'case "$*" in *indextargets*) echo "Debian/Debian http://mirror.example/debian/"; exit;; esac\n{apt_get}')

    def test_without_a_recent_unicorn_one_is_unpacked_from_the_mirror_of_the_system(self):
        self.without_unicorn('case "$*" in *download*) echo >a.deb;; *update) read line <sources.list; echo "$line" >>%s;; esac'
                             % self.log)
        self.fake("id", "echo 1000")  # needs no root
        self.assertEqual(self.run_setup("--check").returncode, 4)
        result = self.run_setup("build")
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        self.assertIn("http://mirror.example/debian/ trixie main", self.log.read_text())
        self.assertEqual(self.archive.read_text(), "new\n")
        self.assertEqual([path.name for path in (self.top / "build/unicorn").iterdir()], ["usr"])
        self.assertEqual(self.run_setup("--check").returncode, 0)

    def test_a_unicorn_that_cannot_be_downloaded_leaves_nothing_behind_but_one_line(self):
        self.without_unicorn('echo "E: no such host" >&2; exit 100')
        result = self.run_setup("build")
        self.assertEqual(result.returncode, 4)
        self.assertEqual(len(result.stderr.splitlines()), 2)
        self.assertIn("could not be had from http://mirror.example/debian/: no such host\n", result.stderr)
        self.assertEqual(list((self.top / "build").iterdir()), [])

    def test_a_recent_unicorn_of_the_system_is_installed_as_a_package(self):
        self.without_unicorn()
        self.fake("apt-cache", 'echo "  Candidate: 2.1.1-2"')
        self.assertEqual(self.run_setup("build").returncode, 0)
        self.assertRegex(self.log.read_text(), r"install -y --no-install-recommends libunicorn-dev\n$")

    def test_a_recent_unicorn_that_is_installed_is_enough(self):
        self.without_unicorn()
        self.fake("dpkg-query", 'case "$*" in *libunicorn*) echo "ii 2.1.4-4";; *) %s;; esac' % EVERYTHING)
        result = self.run_setup("build")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_an_unknown_argument_is_a_usage_error(self):
        result = self.run_setup("--bananas")
        self.assertEqual(result.returncode, 2)
        self.assertIn("tools/setup --check", result.stderr)


if __name__ == "__main__":
    unittest.main()
