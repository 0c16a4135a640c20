"""What tests share: a clock to turn by hand, and real servers of their own."""
