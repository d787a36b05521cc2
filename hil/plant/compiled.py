"""How the plant's functions are compiled: by numba on first use, kept on disk, and recompiled when any of them changes.

numba notices only a change of the file that holds the outermost function; a kernel is spread over the files of its
folder, so the key of its cache includes a digest of them all. (No kernel uses inlined functions of another folder.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core.caching import FunctionCache

F = TypeVar("F", bound=Callable[..., Any])


@cache
def sources_digest(folder: Path) -> str:
    """SHA-256 over the source files of `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class PlantCache(FunctionCache):  # type: ignore[misc]
    """numba's cache on disk, keyed by all the plant's sources and by those beside the function's."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._folder = Path(function.__code__.co_filename).parent

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        plant = Path(__file__).parent
        return (*super()._index_key(sig, codegen), sources_digest(plant), sources_digest(self._folder))


def inlined(function: F) -> F:
    """A function for use within kernels: compiled with them, no cache entry of its own.

    Python can't call it; its attribute `py_func` is the function as written.
    """
    compiled: F = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return compiled


def kernel(function: F) -> F:
    """A function Python calls: compiled on the first call, then taken from the cache on disk."""
    return _cached(function, nogil=False)


def background_kernel(function: F) -> F:
    """As `kernel`, for work that takes long: other threads run on meanwhile."""
    return _cached(function, nogil=True)


def _cached(function: F, nogil: bool) -> F:
    dispatcher: Any = njit(error_model="numpy", nogil=nogil)(function)
    with suppress(RuntimeError):  # no folder that can be written: compiled anew in each process
        dispatcher._cache = PlantCache(function)
    compiled: F = dispatcher
    return compiled
