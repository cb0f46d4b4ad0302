"""Every sentence that a person reads: problems, remedies, statuses, explanations."""
