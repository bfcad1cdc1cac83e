"""What stands before a jewel: hair, sleeves, collars, hands."""
