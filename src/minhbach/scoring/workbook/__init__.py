"""An indicator set as an XLSX workbook that people edit without programming, and back without loss.

The sheets and columns are drawn from the field declarations of `model.py`, so that a new field appears here by itself.
"""

from minhbach.scoring.workbook.reading import from_workbook
from minhbach.scoring.workbook.writing import to_workbook

__all__ = ["from_workbook", "to_workbook"]
