"""What a procedure says, as data; no Django in this folder."""
