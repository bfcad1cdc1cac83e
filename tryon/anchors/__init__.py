"""Where jewels sit on the body: one module for each anchor."""
