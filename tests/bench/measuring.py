"""What benchmarks have in common: rows of a table, percentiles, and figures of processes."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# The clock ticks of /proc.
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What was measured against a baseline of the same run; `least` and `most` bound the ratio of the two."""

    what: str
    value: float
    against: str
    baseline: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def ratio(self) -> float:
        return self.value / self.baseline if self.baseline else float("inf")

    @property
    def verdict(self) -> str:
        """Whether the target is met; empty without one."""
        if self.least is None and self.most is None:
            return ""
        low = self.least is not None and self.ratio < self.least
        high = self.most is not None and self.ratio > self.most
        target = f">= {self.least:.3g}" if self.least is not None else f"<= {self.most:.3g}"
        return f"{target} {'MISSED' if low or high else 'met'}"


def table(rows: Iterable[Row]) -> str:
    """Aligned columns."""
    lines = [("what", "measured", "baseline", "measured", "ratio", "target")]
    lines += [
        (
            row.what,
            f"{row.value:.4g} {row.unit}",
            row.against,
            f"{row.baseline:.4g} {row.unit}",
            f"{row.ratio:.3g}",
            row.verdict,
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def resident_megabytes(pid: int | str) -> float:
    """What of a process is in memory; `self` is this one."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / MEGABYTE


def processor_seconds(pid: int) -> float:
    """User and system time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
