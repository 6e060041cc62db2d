revoke all on access_record from :role;
grant select, insert on access_record to :role;
