"""Messages to operators and districts: what they are about, their words, and how they are sent."""
