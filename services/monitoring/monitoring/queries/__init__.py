"""What screens and the API read: read tables in, frozen rows out. Nothing here opens a sealed text."""
