"""Checks what is tracked: locks without addresses and complete with hashes, no machine's paths, no registry's hosts."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST_BYTES = 1_000_000
REGISTRIES = re.compile(
    r"(pypi"
    r"\.org|files\.pythonhosted"
    r"\.org|registry\.npmjs"
    r"\.org|repo1?\.maven\.apache"
    r"\.org|repo1\.maven"
    r"\.org)"
)
MACHINES = re.compile(r"(?<![\w.])(/home/[a-z]|/Users/[A-Za-z]|/root/|/work/)")
SECRETS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def tracked() -> list[Path]:
    argv = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    names = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def faults_of_locks() -> list[str]:
    faults = []
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text()
        if re.search(r"https?://|--index-url|--extra-index-url|--find-links|--trusted-host", text):
            faults.append(f"{lock.relative_to(ROOT)} holds an address")
        requirements = (block for block in re.split(r"\n(?=\S)", text) if re.match(r"[A-Za-z0-9_.-]+==", block))
        faults += [
            f"{lock.relative_to(ROOT)}: {block.split()[0]} has no hash"
            for block in requirements
            if "--hash=sha256:" not in block
        ]
    return faults


def faults_of_files() -> list[str]:
    faults = []
    for file in tracked():
        name = file.relative_to(ROOT)
        if file.stat().st_size > LARGEST_BYTES and file.suffix not in {".lock", ".png"}:
            faults.append(f"{name} is larger than {LARGEST_BYTES} bytes")
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in (("a registry's host", REGISTRIES), ("a machine's path", MACHINES), ("a key", SECRETS)):
            for number, line in enumerate(text.splitlines(), start=1):
                if pattern.search(line) and file != Path(__file__).resolve():
                    faults.append(f"{name}:{number} holds {what}")
    return faults


def main() -> int:
    faults = faults_of_locks() + faults_of_files()
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
