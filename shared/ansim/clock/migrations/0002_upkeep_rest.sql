-- While a row is here nothing lapses, is missed or expires by time alone. Durable, so that a killed player changes nothing about it.
create table upkeep_rest (
    reason  text primary key,
    since   timestamptz not null default now()
);
