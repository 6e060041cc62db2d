"""What intake decides, as pure functions: values in, events out. No clock, no randomness, no input or output."""
