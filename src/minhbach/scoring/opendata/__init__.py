"""Published indices: what a publication consists of, and recomputing it from itself, with no database and no trust.

A publication is a folder or a ZIP of it. `layout` says which files it has, `package` opens one from a stranger,
`tables` reads and writes the tables in their three forms, `telling` words a result, `verifying` recomputes all and
`alone` one unit. docs/open-data.md tells the reader.
"""
