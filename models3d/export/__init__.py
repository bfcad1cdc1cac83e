"""Files for others: STL, 3MF and STEP for the workshop, USDZ for augmented reality."""
