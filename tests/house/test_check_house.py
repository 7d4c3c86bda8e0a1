#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plants one violation of each rule of tools/check_house into a tree that is otherwise clean, and looks for its message."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_house"
SPDX = "/* SPDX-License-" "Identifier: "  # in two words, so that it is not taken for this file's own
BSD = SPDX + "BSD-2-Clause */\n"
GPL = SPDX + "GPL-2.0-or-later */\n"


def function_of(lines):
    return "void long_one(void)\n{\n" + "    step();\n" * (lines - 3) + "}\n"


# What is planted where, and what check_house must say of it.
VIOLATIONS = {
    "src_includes_sim": ("src/monitor/a.c", BSD + '#include "trace/trace.h"\n', "against the arrows"),
    "monitor_knows_folio": ("src/monitor/a.c", BSD + '#include "folio/folio.h"\n', "against the arrows"),
    "sim_goes_up": ("sim/trace/a.c", GPL + '#include "replay/replay.h"\n', "against the arrows"),
    "sim_goes_sideways": ("sim/trace/a.c", GPL + '#include "hosts/host.h"\n', "against the arrows"),
    "unicorn_elsewhere": ("sim/hart/a.c", GPL + "#include <unicorn/unicorn.h>\n", "may include Unicorn"),
    "libc_in_src": ("src/monitor/a.c", BSD + "#include <stdio.h>\n", "freestanding: <stdio.h>"),
    "allocation_in_src": ("src/monitor/a.c", BSD + "void *a(void)\n{\n    return malloc(1);\n}\n", "does not allocate"),
    "variant_in_src": ("src/monitor/a.c", BSD + "#ifdef FAST\n#endif\n", "no #if variants"),
    "silent_cast": ("src/monitor/a.c", BSD + "\nint *a(long *b)\n{\n    return (void *)b;\n}\n", "a cast between pointer"),
    "long_macro": ("sim/base/a.h", GPL + "#define A(x) \\\n  b(x); \\\n  c(x); \\\n  d(x)\n", "a macro of more than"),
    "returning_macro": ("sim/base/a.h", GPL + "#define A(x) if (x) return 0\n", "changes the flow"),
    "unfinished": ("sim/base/a.c", GPL + "/* FIX" + "ME */\n", "unfinished"),
    "suppression": ("sim/base/a.c", GPL + "/* NOLINT */\n", "suppressed warning"),
    "no_licence": ("sim/base/a.c", "int a;\n", "no SPDX"),
    "wrong_licence": ("src/monitor/a.c", GPL + "extern int a;\n", "no SPDX-License-" "Identifier: BSD-2-Clause"),
    "empty_name": ("sim/base/string_utils.c", GPL, "a name that says nothing"),
    "wide_seam": ("src/monitor/platform.h", BSD + "".join(f"    int (*f{i})(void);\n" for i in range(13)), "seam has 13"),
    "long_function": ("sim/base/a.c", GPL + function_of(61), "long_one has 61 lines"),
    "long_functions": ("sim/base/a.c", GPL + function_of(41) * 20, "90 % should have"),
    "long_file": ("sim/base/a.c", GPL + "\n" * 400, "401 lines"),
    "silent_prototype": ("sim/base/a.h", GPL + "\nint a(void);\n", "a has no comment"),
    "dead_file_in_document": ("docs/TOUR.md", "see `a/nowhere.c:b`\n", "there is no file a/nowhere.c"),
    "dead_function_in_document": ("docs/TOUR.md", "see `trace/trace.h:nothing`\n", "has no nothing"),
}

CLEAN = {
    "sim/trace/trace.h": GPL + "/* Opens. */\nint trace_open(void);\n",
    "sim/replay/replay.h": GPL,
    "sim/hosts/host.h": GPL,
    "src/folio/folio.h": BSD,
    "src/base/types.h": BSD + "#include <stdint.h>\n",
    "src/monitor/clean.c": BSD + '#include "base/types.h"\n',
    "docs/WALK.md": "see `trace/trace.h:trace_open`\n",
}


class CheckHouse(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for name, text in CLEAN.items():
            self.plant(name, text)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def check(self, *options):
        return subprocess.run([sys.executable, CHECK, "--root", self.root, *options], capture_output=True, text=True)

    def test_a_clean_tree_passes(self):
        result = self.check()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_every_planted_violation_is_found(self):
        for rule, (name, text, message) in VIOLATIONS.items():
            with self.subTest(rule):
                before = CLEAN.get(name)
                self.plant(name, text)
                result = self.check()
                if before is None:
                    (self.root / name).unlink()
                else:
                    self.plant(name, before)
                self.assertEqual(result.returncode, 1)
                self.assertIn(message, result.stdout)

    def test_a_tree_of_long_files_is_found(self):
        for i in range(len(CLEAN)):
            self.plant(f"sim/base/long{i}.c", GPL + "\n" * 300)
        self.assertIn("the median should be", self.check().stdout)

    def test_a_mutable_global_is_found_and_a_constant_is_not(self):
        source, archive = self.root / "a.c", self.root / "liba.a"
        source.write_text("static int counter; int *a(void) { return &counter; }\nint shared = 3;\n"
                          "static const char *const names[] = {\"a\"}; const char *b(int i) { return names[i]; }\n")
        subprocess.run(["cc", "-c", source, "-o", self.root / "a.o"], check=True)
        subprocess.run(["ar", "rcs", archive, self.root / "a.o"], check=True)
        source.unlink()
        result = self.check("--objects", archive)
        self.assertIn("mutable global counter", result.stdout)
        self.assertIn("mutable global shared", result.stdout)
        self.assertNotIn("names", result.stdout)


if __name__ == "__main__":
    unittest.main()
