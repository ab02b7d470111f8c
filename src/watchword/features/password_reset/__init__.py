"""Back in by mail, when the password is forgotten.

Promises: asking is the same work for every address; a link works once, for a short time, and dies with the password it
was for; a reset ends all sessions, signs nobody in, leaves the second factor alone and opens no closed account.
"""
