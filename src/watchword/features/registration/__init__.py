"""Sign up: a waiting registration becomes a user when its address is confirmed.

Promises: the same answer, work and rows for known and unknown addresses; who registered an address first gains nothing
until mail to it was read; a name is taken only by a user.
"""
