"""The destruction of what a service holds of a person.

steps      the state machine: pure
keeping    commands, the table of erasures (what remains of an erased person), and carrying out what was approved
expiry     the end of the time of keeping asks for an erasure
"""
