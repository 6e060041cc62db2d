"""Pure rules of victim support, one file an aggregate: values in, events out. No clock, no ids, no I/O."""
