"""Sparse tables of whole numbers; the library behind them is loaded when the first one is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Numbers = Sequence[int] | NDArray[np.integer]


def sparse_table(values: NDArray[np.integer], rows: Numbers, columns: Numbers, shape: tuple[int, int]) -> "csr_array":
    """Return a table that holds ``values`` at (row, column) and zero elsewhere."""
    from scipy.sparse import csr_array  # a question about one pair needs no table, and should not wait for it

    return csr_array((values, (rows, columns)), shape=shape)
