"""The only code that changes dossiers: one function per verb of the trade."""
