"""Signing of papers by people and units: whose certificates are whose, what waits for a signature, and taking it in.

A room asks for a signature (`actions.signature_ask`) and says by `purposes.register` what follows once it is there.
Officers sign on their own computers: the page of the request gives out the hash and takes the signature in. Keys lie on
the server only where its configuration says so (`server_keys`).
"""
