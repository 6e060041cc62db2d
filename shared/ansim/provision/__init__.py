"""Makes empty servers ready for the suite: roles, databases, tables, grants, topics. Everything here is idempotent.

    databases     one database and one non-owner role per service, the key store, all with passwords given from outside
    migrations    numbered SQL files of the kit's rooms and the service, each once, in a transaction, checksummed; then grants
    topics        the catalogue's topics with explicit partitions and retention

`ansim demo` does this on every start, `ansim provision` does it for servers that run elsewhere (compose, a cluster).
"""

from ansim.provision.databases import KEYS_DATABASE, PACKAGES, database_of, role_of
from ansim.provision.suite import provision

__all__ = ["KEYS_DATABASE", "PACKAGES", "database_of", "provision", "role_of"]
