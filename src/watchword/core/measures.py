"""What operators watch: numbers of this moment, told by whoever has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number. *labels* tell kinds apart that the code knows (a job, a state): never a person, or what one typed."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
