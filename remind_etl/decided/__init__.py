"""What people decided about a district: its settings, school links and approvals."""
