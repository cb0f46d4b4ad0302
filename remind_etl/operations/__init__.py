"""What people do: decide about holds, forget a district or student, check files before they are sent."""
