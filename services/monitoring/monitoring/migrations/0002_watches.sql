-- Watches that victim support asked for: a platform, and nothing that leads to anybody or to an address.

create table watch (
    id              uuid primary key,
    number          bigint generated always as identity unique,
    version         integer not null,
    platform        text not null,
    seen_gone       boolean not null,
    state           text not null check (state in ('received', 'accepted', 'ended')),
    received_at     timestamptz not null,
    accepted_at     timestamptz,
    ended_at        timestamptz
);
create index watch_queue on watch (state, number);
