"""Real PostgreSQL 18 and Apache Kafka 4.3 from packages, for the demo and the tests: no Docker, nothing installed.

StateFolder   where everything a running suite remembers lives: ports, secrets, data, logs
jars          the broker's jars, fetched once, each checked against its locked digest
postgres      how to initialise and run PostgreSQL in a folder
kafka         how to format and run a broker in a folder
program       one process under supervision, and how it is tied to its supervisor's life
supervisor    starts programs in order, restarts those that die, stops all in reverse order
suite         which programs make the suite, and the settings each gets
"""
