"""People: their names, addresses and passwords.

Promises: one person per name and per address, whatever the spelling; a password check costs the same for known and
unknown names; nothing but a fingerprint of a password is ever stored.
"""
