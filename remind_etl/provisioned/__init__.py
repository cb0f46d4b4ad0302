"""The accounts and rosters the platform should have."""
