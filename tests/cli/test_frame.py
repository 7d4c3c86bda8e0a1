#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every command: help, usage errors, streams, version, doctor."""
import json
import os
import subprocess
import unittest

from program import CVMLAB, run, table


class Help(unittest.TestCase):
    def test_the_bare_program_and_both_help_options_print_the_same_page(self):
        pages = [run(), run("-h"), run("--help"), run("help")]
        for page in pages:
            self.assertEqual((page.returncode, page.stderr), (0, ""))
            self.assertEqual(page.stdout, pages[0].stdout)
        for command in {verb.split()[0] for verb in table()}:
            self.assertRegex(pages[0].stdout, rf"(?m)^  {command} +\w")

    def test_every_verb_has_a_page_with_summary_usage_examples_and_exit_codes(self):
        for verb in table():
            with self.subTest(verb):
                page = run(*verb.split(), "--help")
                self.assertEqual((page.returncode, page.stderr), (0, ""))
                lines = page.stdout.splitlines()
                self.assertRegex(lines[0], rf"^cvmlab {verb} - \w")
                self.assertRegex(lines[2], rf"^Usage: cvmlab {verb} ")
                self.assertIn("Examples:", lines)
                self.assertIn("Exit codes: ", page.stdout)

    def test_all_ways_to_a_page_lead_to_the_same_page(self):
        for verb in table():
            with self.subTest(verb):
                page = run(*verb.split(), "--help").stdout
                self.assertEqual(run(*verb.split(), "-h").stdout, page)
                self.assertEqual(run("help", *verb.split()).stdout, page)

    def test_a_command_with_verbs_lists_them(self):
        for command in {verb.split()[0] for verb in table() if " " in verb}:
            with self.subTest(command):
                page = run(command, "--help")
                self.assertEqual(page.returncode, 0)
                self.assertEqual(run("help", command).stdout, page.stdout)
                bare = run(command)
                self.assertEqual((bare.returncode, bare.stdout, bare.stderr), (2, "", page.stdout))

    def test_lines_below_the_summary_fit_a_terminal_of_80_columns(self):
        for verb in table():
            for line in run(*verb.split(), "--help").stdout.splitlines()[1:]:
                self.assertLessEqual(len(line), 80, line)


class WrongCommandLine(unittest.TestCase):
    def check(self, message, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn(message, result.stderr)

    def test_a_mistyped_command_gets_a_suggestion(self):
        self.check("did you mean 'doctor'?", "docter")

    def test_a_strange_command_is_told_where_the_list_is(self):
        self.check("cvmlab --help lists them", "bananas")

    def test_help_knows_mistyped_words_too(self):
        self.check("did you mean 'doctor'?", "help", "docter")

    def test_every_verb_refuses_an_unknown_option(self):
        for verb in table():
            with self.subTest(verb):
                self.check("--no-such-option", *verb.split(), "--no-such-option")

    def test_every_verb_refuses_an_unknown_colour(self):
        for verb in table():
            with self.subTest(verb):
                self.check("'pink' is not auto, always or never", *verb.split(), "--color=pink")

    def test_completion_wants_one_shell_that_it_knows(self):
        self.check("which shell", "completion")
        self.check("bash, zsh", "completion", "tcsh")
        self.check("one too many", "completion", "bash", "zsh")


class Streams(unittest.TestCase):
    def test_output_that_is_lost_is_no_success(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run([CVMLAB, "help"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 4)
        self.assertIn("No space left", result.stderr)


class Version(unittest.TestCase):
    def test_text_and_json_agree(self):
        document = json.loads(run("version", "--json").stdout)
        text = run("version").stdout
        self.assertEqual((document["schema"], document["version"]), ("cvmlab-version", "1.0"))
        self.assertIn(f"cvmlab {document['cvmlab']} (commit {document['commit']})\n{document['compiler']}\n", text)
        for library, version in document["libraries"].items():
            self.assertRegex(version, r"^\d|^none: ")
            self.assertIn(f"{library} {version}\n", text)

    def test_the_option_does_what_the_command_does(self):
        self.assertEqual(run("--version").stdout, run("version").stdout)


class Doctor(unittest.TestCase):
    def test_it_tests_itself(self):
        result = run("doctor")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"self-test: passed, \d+ built-in profiles load")

    def test_json_names_every_tool_with_its_package(self):
        document = json.loads(run("doctor", "--json").stdout)
        self.assertEqual((document["schema"], document["version"]), ("cvmlab-doctor", "1.0"))
        self.assertTrue(document["self_test"]["passed"])
        for tool in document["tools"]:
            self.assertTrue(tool["package"])
            self.assertEqual(tool["found"], bool(tool["version"]))

    def test_what_is_missing_is_named_with_what_installs_it(self):
        result = run("doctor", env={**os.environ, "PATH": "/nonexistent"})
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"qemu-riscv64 +for tests .*: apt-get install qemu-user")
        self.assertIn("tools/setup", result.stdout)


if __name__ == "__main__":
    unittest.main()
