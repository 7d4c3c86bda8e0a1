# SPDX-License-Identifier: GPL-2.0-or-later
"""Expected results of cvmlab: what is run, what of its output does not count, where it is kept.

A case is a command line and a file in expected/ that holds the exit code and standard output. The
commands run in the root of the tree, so that no path of this machine appears in their output.
"""
import difflib
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
CVMLAB = os.environ.get("CVMLAB", str(ROOT / "build" / "dev" / "cvmlab"))
ACTUAL = pathlib.Path(os.environ.get("CVMLAB_GOLDEN", os.path.join(tempfile.gettempdir(), "cvmlab-golden")))
SUFFIX = ".cvmt.jsonl.zst"

BARE = "traces/bare-smp1" + SUFFIX
TINY = "traces/refused/bad3" + SUFFIX

# Events of BARE that are worth a look in full.
EXITS = {
    "mmio-load": 17,
    "mmio-store": 20,
    "hart-start": 4296,
    "sbi-call": 4300,
    "seed-csr": 4960,
    "illegal-instruction": 5028,
    "wfi": 5304,
}


def traces():
    """The shipped traces, by name: "bare-smp1", "refused/bad1"."""
    folder = ROOT / "traces"
    return {str(path.relative_to(folder)).removesuffix(SUFFIX): str(path.relative_to(ROOT))
            for path in sorted(folder.rglob("*" + SUFFIX))}


def profiles():
    """The exposure profiles; the tables of GHCB exits lie beside them."""
    return sorted(path.stem for path in (ROOT / "specs" / "exposure").glob("*.json")
                  if not path.stem.startswith("snp-ghcb"))


def attest_cases():
    """Launch digests, a demo report (its signature is deterministic), verifications, known answers."""
    found = {}
    for path in sorted((ROOT / "specs" / "launch").glob("*.json")):
        found[f"attest/measure-{path.stem}.txt"] = ["attest", "measure", "--steps", f"specs/launch/{path.name}"]
    for mode in ("sev", "sev-es"):
        found[f"attest/measure-undeserved-{mode}.json"] = ["attest", "measure", "--mode", mode, "--steps", "--json",
                                                           "specs/launch/undeserved.json"]
    for name, options in (("milan", []), ("turin", ["--product", "turin", "--id-block", "--report-data", "00112233"]),
                          ("genoa-vlek", ["--product", "genoa", "--version", "2", "--signer", "vlek"])):
        found[f"attest/report-{name}.json"] = ["attest", "report", "-o", "/dev/null", "--json", *options]
    for name in ("genoa-ms", "milan-v2-gosevguest"):
        verify = ["attest", "verify", f"traces/reports/{name}/report.bin", "--chain", f"traces/reports/{name}"]
        found[f"attest/verify-{name}.txt"] = verify
        found[f"attest/verify-{name}-strict.json"] = [*verify, "--json", "--policy", "specs/policies/strict.json"]
    found["attest/verify-wrong-chain.txt"] = ["attest", "verify", "traces/reports/genoa-ms/report.bin",
                                              "--chain", "traces/reports/milan-v2-gosevguest"]
    found["attest/vectors.txt"] = ["attest", "vectors", "specs/vectors/snp-vectors.json"]
    found["attest/vectors.json"] = ["attest", "vectors", "--json", "specs/vectors/snp-vectors.json"]
    return found


def scenarios():
    return sorted(path.stem for path in (ROOT / "specs" / "scenarios").glob("*.json"))


# Pictures of memory: what `cvmlab memory show` is asked for.
PICTURES = {
    "life.txt": [],
    "life.json": ["--json"],
    "life-sev.txt": ["--mode", "sev"],
    "life-code.txt": ["--page", "code"],
    "life-code-none.txt": ["--page", "code", "--mode", "none"],
    "life-code-dram.txt": ["--page", "0x20010", "--as", "dram"],
    "life-code.json": ["--page", "code", "--json"],
    "page-sizes.txt": ["page-sizes"],
    "vmpl.txt": ["vmpl"],
    "dma-sev.txt": ["dma", "--mode", "sev"],
    "hidden.txt": ["cipherleaks", "--mode", "snp-hiding", "--page", "stack", "--after", "4"],
    "stranger.txt": ["severed", "--page", "secret", "--as", "victim", "--after", "6"],
}


def memory_cases():
    """Every shipped scenario in every mode, and some pictures of memory."""
    found = {"memory-run-list.txt": ["memory", "run"]}
    for name in scenarios():
        found[f"scenario/{name}.txt"] = ["memory", "run", name]
        found[f"scenario/{name}.json"] = ["memory", "run", name, "--json"]
    for name, arguments in PICTURES.items():
        found[f"memory-show/{name}"] = ["memory", "show", *arguments]
    return found


def cases():
    """{file under expected/: arguments of cvmlab}"""
    found = {f"replay/{name}.json": ["replay", "--json", "--host", "all", path]
             for name, path in traces().items()}
    for profile in profiles():
        found[f"profile/{profile}.json"] = ["replay", "--json", "--spec", profile, BARE]
    for name, event in EXITS.items():
        found[f"exit/{name}.txt"] = ["replay", "--exit", str(event), BARE]
    found |= attest_cases()
    found |= memory_cases()
    found["spec-show-strict.txt"] = ["spec", "show", "strict"]
    found["spec-show-snp-ghcb.txt"] = ["spec", "show", "snp-ghcb"]
    found["spec-show-snp-ghcb-row.txt"] = ["spec", "show", "snp-ghcb", "--row", "CPUID.XSAVES"]
    found["spec-show-snp-ghcb.json"] = ["spec", "show", "snp-ghcb", "--json"]
    found["bench/folio-modelled.txt"] = ["bench", "folio", "--modelled", "--sizes", "64,1024,9000"]
    found["bench/folio-modelled.json"] = ["bench", "folio", "--modelled", "--sizes", "64,1500", "--json"]
    for path in ("folio", "snp-sriov", "snp-tio-dpdk"):
        found[f"net/{path}.txt"] = ["net", "icmp-arp-nd", "--path", path]
        found[f"net/{path}.json"] = ["net", "icmp-arp-nd", "--path", path, "--json"]
    found["net/compare.txt"] = ["net", "icmp-arp-nd", "--compare", "folio,snp-sriov,snp-tio-dpdk,plain-dpdk,sev-virtio"]
    found["net/compare.json"] = ["net", "icmp-arp-nd", "--compare", "folio,snp-sriov,snp-tio-dpdk", "--json"]
    found["trace-info.txt"] = ["trace", "info", BARE]
    found["events.jsonl"] = ["replay", "--events", "-", TINY]
    return found


def run(arguments):
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run([CVMLAB, *arguments], cwd=ROOT, capture_output=True, timeout=300, env=environment)


def normalised(output):
    """How long a run took is left out, and nothing else."""
    return re.sub(rb'(?m)^  "(seconds|exits_per_second)": .*\n', b"", output)


def result(arguments):
    """What is kept of a run: the exit code in a line of its own, then standard output."""
    done = run(arguments)
    return b"exit code %d\n" % done.returncode + normalised(done.stdout)


def expected(name):
    path = EXPECTED / name
    return path.read_bytes() if path.exists() else None


def difference(name, old, new, limit=30):
    """The first lines that differ, as text; empty if nothing does."""
    if old == new:
        return ""
    if old is None:
        return f"{name}: nothing is expected yet; look at the result, then: tests/golden/accept {name}"
    lines = list(difflib.unified_diff(old.decode(errors="replace").splitlines(),
                                      new.decode(errors="replace").splitlines(),
                                      f"expected/{name}", "actual", n=1, lineterm=""))
    more = [f"... and {len(lines) - limit} lines more"] if len(lines) > limit else []
    return "\n".join(lines[:limit] + more)


def stale():
    """Expected files that no case produces."""
    known = set(cases())
    files = (path for path in EXPECTED.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(EXPECTED)) for path in files
                  if str(path.relative_to(EXPECTED)) not in known)
