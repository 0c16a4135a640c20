"""What people see: pages and the small JSON answers behind them, for families, staff and terminals."""
