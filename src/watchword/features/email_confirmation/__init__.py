"""The page behind every link that confirms a mail address, whatever is confirmed by it.

Promises: looking consumes nothing; the token leaves the address bar at once; a link is opened by the feature that
signed it and by no other, so that none can be used for another purpose (TOK-09).
"""
