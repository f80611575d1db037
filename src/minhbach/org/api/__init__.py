"""What the rooms' programming interfaces share: who calls, what an error looks like, strict input, keyset pages.

A room declares its operations on a router in its api module; config/api.py puts them together under /api/v1/.
"""
