"""What leaves the room as a file: sheets, reports, evidence folders, facts; and results that come back as one.

Nothing here writes to the database. Each file holds what its reader may see of the entry, and no more.
"""
