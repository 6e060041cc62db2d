revoke all on access_record, access_chain from :role;
grant select, insert on access_record, access_chain to :role;
revoke insert, delete, truncate on access_sealed from :role;
