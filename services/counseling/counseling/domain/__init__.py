"""Pure rules of counseling: states, decisions and evolution, one file an aggregate. No I/O, no clock, no chance."""
