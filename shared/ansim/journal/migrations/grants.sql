-- The journal is append-only for the service: the relay may stamp positions, nobody may change or remove a fact.
revoke delete, update, truncate on journal from :role;
grant update (position) on journal to :role;
revoke delete, truncate on relay_state from :role;
