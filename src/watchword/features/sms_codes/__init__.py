"""Codes by text message, for a person who can use nothing better as second step. Off until a sender is named.

Promises: a number counts once a code sent to it came back; a code opens one door, once, and only the newest does; what
is sent is counted by number, country, user, caller and day, and more is never sent; no code and no number is in a log.
"""
