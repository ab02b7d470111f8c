"""What people manage themselves: profile, address, password, devices, their data, and the end of it.

Promises: a new password needs the current one, ends all other sessions and renews this one; a device that was signed
out is out on its next request; an address is in place only when its owner confirmed it, and back for a week; a closed
account comes back for two weeks, by its owner's sign-in only, and then leaves nothing of the person.
"""
