"""Who is signed in, where.

Promises: the cookie holds an opaque secret, the table only its fingerprint; every request checks the row, so ending a
session works on its next request; a secret that was renewed away and shows up again ends the session.
"""
