"""Every security event mails its owner, and "this wasn't me" takes the account back.

Promises: the mail goes to the address that was proved before the event; its link works once, for a week, without
signing in; what happened since the undone event can't undo the undoing.
"""
