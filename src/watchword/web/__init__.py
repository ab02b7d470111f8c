"""Plumbing for pages that all features share. Knows Flask, knows no feature."""
