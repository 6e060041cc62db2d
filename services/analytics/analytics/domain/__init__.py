"""What is counted and how: pure values. msgspec gives the state its compact, typed shape; nothing here does I/O."""
