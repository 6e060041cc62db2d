-- Where a sealed name or telephone number is, by a keyed and shortened digest of it. The key is not in the database, and a
-- digest of two bytes is shared by many numbers: what a row says is "maybe here". Gone with the person's key.
create table blind_index (
    field       text not null,
    digest      bytea not null check (length(digest) = 2),
    person      uuid not null,
    record_kind text not null,
    record      uuid not null,
    event       uuid not null,
    primary key (field, digest, event)
);
create index blind_index_person on blind_index (person);
create index blind_index_event on blind_index (event);
