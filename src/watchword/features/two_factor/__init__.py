"""A second factor beside the password: authenticator apps and recovery codes.

Promises: a code opens one door, once, ever; a secret becomes a factor only by a right code of it; secrets lie encrypted
under a key that can be changed; what adds, removes or uses up a factor is told to its owner.
"""
