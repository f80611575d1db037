"""A draft as forms: which fields stand on which page, and what the check says of them at their place."""
