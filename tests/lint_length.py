"""No source file is longer than 400 lines: one idea a file."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400
files = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()
lengths = {name: len(Path(name).read_text().splitlines()) for name in files}
long = [f"{name}: {count} lines, allowed {LIMIT}" for name, count in lengths.items() if count > LIMIT]
print("\n".join(long) or f"{len(files)} files, none over {LIMIT} lines")
sys.exit(bool(long))
