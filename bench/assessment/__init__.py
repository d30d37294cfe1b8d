"""How fast a month is computed, shown and written down."""
