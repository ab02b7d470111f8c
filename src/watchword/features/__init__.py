"""What Watchword can do, one folder each; lower ones never import upper ones."""
