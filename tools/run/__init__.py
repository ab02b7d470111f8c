"""What `run.py` does: builds its environments and hands over to the programs in them. Standard library only."""
