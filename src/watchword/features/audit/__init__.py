"""What happened: every event of every feature, in one table that only grows.

Promises: an event and the change it tells of stand or fall together; no row is ever changed, and none is deleted before
its time, also not by a mistake of ours (the database itself refuses); no row holds a secret.
"""
