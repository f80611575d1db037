"""Sets as forms: plain data of a set to controls on screen, and what was typed back to plain data.

Nothing here writes: `scoring.reading` reads the data afterwards and says what is wrong, and `checks` brings each
finding back to its control.
"""
