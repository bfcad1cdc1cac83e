"""Chains: links of real wire, how they hang on a neck or a wrist, and what closes them."""
