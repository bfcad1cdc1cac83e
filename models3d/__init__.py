"""What a jewel is: stones, metals, parts and products, written as glTF and STL."""
