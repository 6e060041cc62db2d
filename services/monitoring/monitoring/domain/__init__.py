"""Pure rules of monitoring. No I/O, no clock, no randomness: values in, events out."""
