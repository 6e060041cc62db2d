-- The access record is proof against alteration: every entry gets a link whose seal is made of the seal before it and the
-- entry's whole content, with a key that the database does not hold. Links are numbered without a gap in the order of sealing.
create table access_chain (
    link       bigint      primary key check (link >= 1),
    record     bigint      not null unique,
    seal       bytea       not null check (length(seal) = 32),
    sealed_at  timestamptz not null default clock_timestamp()
);

-- Every entry up to this number has its link, or was never committed.
create table access_sealed (
    only_row   boolean     primary key default true check (only_row),
    up_to      bigint      not null default 0
);
insert into access_sealed default values;
