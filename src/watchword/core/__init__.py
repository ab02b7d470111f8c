"""The cellar: tools every feature stands on. No Flask here, and no feature is known."""
