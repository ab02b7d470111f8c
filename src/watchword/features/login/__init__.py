"""The one way in.

Promises: only `service.proceed` starts a session, whatever was proved and however; the answer, the statements and the
work are the same for unknown names and wrong passwords; guesses are counted before they are checked.
"""
