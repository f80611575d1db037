"""What can be counted: declared once where the rows are, kept as tallies by day, opened down to the rows."""
