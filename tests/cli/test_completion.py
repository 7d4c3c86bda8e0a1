#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The completion scripts, asked as the shell would ask them."""
import shutil
import subprocess
import tempfile
import unittest

from program import run, table

ASK_BASH = """source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cvmlab
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Bash(unittest.TestCase):
    def setUp(self):
        self.script = tempfile.NamedTemporaryFile("w", suffix=".bash")
        self.addCleanup(self.script.close)
        self.script.write(run("completion", "bash").stdout)
        self.script.flush()

    def complete(self, *words):
        answer = subprocess.run(["bash", "-c", ASK_BASH, "bash", self.script.name, *words], capture_output=True, text=True)
        self.assertEqual(answer.stderr, "")
        return set(answer.stdout.split())

    def test_the_first_word_is_a_command(self):
        self.assertEqual(self.complete("cvmlab", ""), {verb.split()[0] for verb in table()})
        self.assertEqual(self.complete("cvmlab", "docto"), {"doctor"})

    def test_the_second_word_is_a_verb_or_an_option(self):
        for verb, options in table().items():
            with self.subTest(verb):
                command, _, second = verb.partition(" ")
                if second:
                    self.assertIn(second, self.complete("cvmlab", command, ""))
                self.assertEqual(self.complete("cvmlab", *verb.split(), "-"), options)

    def test_an_argument_is_left_to_the_file_completion(self):
        self.assertEqual(self.complete("cvmlab", "doctor", "x"), set())


class Zsh(unittest.TestCase):
    def test_every_command_verb_and_option_is_offered(self):
        script = run("completion", "zsh").stdout
        for verb, options in table().items():
            with self.subTest(verb):
                self.assertIn(f" '{verb.split()[-1]}:", script)
                branch = next(line for line in script.splitlines() if line.strip().startswith(f"'{verb}'*)"))
                for option in options:
                    self.assertIn(f" '{option}:", branch)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_can_read_it(self):
        result = subprocess.run(["zsh", "-n"], input=run("completion", "zsh").stdout, capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
