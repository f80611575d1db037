"""The live index: a unit scored on what its work says now, or said on a past day, beside what was typed.

Where a figure (`measures.figures`) supplies an input, the measured value is taken; elsewhere what the self-score
declares, and the survey's results. What neither gives stays missing. Nothing here writes.
"""
