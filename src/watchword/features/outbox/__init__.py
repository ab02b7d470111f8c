"""Mails and other work that waits in the database until its change is committed, and the worker that does it.

Promises: nothing leaves about a change that was undone, and nothing is lost in a crash; each row is done at least once
and by one worker at a time, with the same Message-ID every time; what a row holds is encrypted, and blanked when done.
"""
