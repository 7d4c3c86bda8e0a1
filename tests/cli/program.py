# SPDX-License-Identifier: GPL-2.0-or-later
"""What the suites of this folder share: running cvmlab, and its command table."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CVMLAB = os.environ.get("CVMLAB", str(ROOT / "build" / "dev" / "cvmlab"))


def run(*arguments, **options):
    """cvmlab ARGUMENTS with both streams captured as text."""
    return subprocess.run([CVMLAB, *arguments], capture_output=True, text=True, timeout=60, **options)


def table():
    """{"trace import": {"--from", ...}, ...}, from `cvmlab help --list`."""
    verbs = {}
    for line in run("help", "--list").stdout.splitlines():
        name, _, option = line.removeprefix("cvmlab ").partition(" --")
        options = verbs.setdefault(name, set())
        if option:
            options.add("--" + option)
    return verbs
