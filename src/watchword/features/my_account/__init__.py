"""What people manage themselves: profile, password, devices.

Promises: a new password needs the current one, ends all other sessions and renews this one; a device that was signed
out is out on its next request.
"""
