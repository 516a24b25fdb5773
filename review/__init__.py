"""The coaches' web application over the tables: `rapport review --results DIR`."""
