"""A small service that shows every part of the kit's pages, so that each can be audited and looked at."""
