"""How long a record of a person is kept.

keep       when it ends: a pure function of the events and the rules
holds      legal holds, placed and lifted by people
keeping    the table of what is kept until when, and what time alone brings about
"""
