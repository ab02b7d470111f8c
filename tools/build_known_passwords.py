"""Build the list of known passwords: `npm pack @zxcvbn-ts/language-common`, unpack, name its passwords.json here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from watchword.features.accounts.known_passwords import LONGEST_WORD, cut_hash  # noqa: E402 - after the path is set

TARGET = ROOT / "src/watchword/features/accounts/data/known_passwords.bin"


def main(source: str) -> int:
    listed = {password.casefold() for password in json.loads(Path(source).read_text(encoding="utf-8"))}
    if max(map(len, listed)) != LONGEST_WORD:
        raise SystemExit(f"LONGEST_WORD has to be {max(map(len, listed))} now.")
    hashes = sorted(set(map(cut_hash, listed)))
    TARGET.write_bytes(b"".join(hashes))
    print(f"{len(hashes)} passwords in {TARGET.name}, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
