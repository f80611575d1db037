"""Records as the rows of a workbook (XLSX): its columns are drawn from the fields declared, its cells read exactly."""
