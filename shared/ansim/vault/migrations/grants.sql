-- Run for every service role that may connect to the key store; the policies decide whose rows it sees.
revoke all on person_key from :role;
grant select on person_key to :role;
grant insert (service, person, wrapped, kek_id, destroyed_at) on person_key to :role;
grant update (wrapped, kek_id, destroyed_at) on person_key to :role;
