"""The deployments of deploy/, started for real."""
