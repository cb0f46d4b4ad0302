"""What the environment says: the variables of this process, and the typed settings with their defaults."""
