"""Passkeys: sign in with a touch, as the first proof or the second step.

Promises: a challenge is for one purpose, one browser, five minutes and one use; the site, the key and its counter are
checked each time; the options tell nobody who has an account; nobody loses their last way in here.
"""
