"""Measures Watchword side by side with a bare Flask route and the bare hash: `python3 run.py bench`.

A number here is a ratio of two things measured in the same run in turns, so that it says the same on a slow, a fast and
a busy machine. What must be reached stands in `targets.py`.
"""
