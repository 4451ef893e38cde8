"""Names the processor to OpenBLAS, which multiplies matrices for NumPy and SciPy.

The OpenBLAS that comes with them is older than many processors it runs on. One that it has never
heard of gets plain routines, and reading a message takes two and a half times as long. Those for
Skylake run wherever AVX-512 does, so a processor that has it is called by that name. OpenBLAS reads
it as it is loaded, so this must come before the first import of NumPy. Whoever has set a name
already is left to it.
"""

from __future__ import annotations

import os
from pathlib import Path

NAME = "OPENBLAS_CORETYPE"
WITH_AVX512 = "SkylakeX"
NEEDED = frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})
PROCESSOR = Path("/proc/cpuinfo")


def name_the_processor(told_by: Path = PROCESSOR) -> None:
    if NAME not in os.environ and _flags(told_by) >= NEEDED:
        os.environ[NAME] = WITH_AVX512


def _flags(told_by: Path) -> frozenset[str]:
    """What the processor can do; nothing where the system doesn't tell."""
    try:
        with told_by.open(encoding="utf-8") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() == "flags":
                    return frozenset(value.split())
    except OSError:
        pass
    return frozenset()
