"""Tools to work on Watchword; nothing here is part of the package."""
