"""Telling other systems what happens to dossiers: laid out with the event, sent by `minhbach tick`."""
