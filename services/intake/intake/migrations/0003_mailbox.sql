-- A mailbox for every report, read by the reporter with the receipt number. Texts stay sealed in the journal; a row names the
-- event that holds one.

create table mailbox (
    report           uuid primary key references report (id),
    person           uuid not null,
    version          integer not null,
    state            text not null check (state in ('open', 'closed', 'expired')),
    proof            uuid not null unique,
    language         text not null,
    opened_at        timestamptz not null,
    confirmed_at     timestamptz,
    visited_at       timestamptz,
    visits           integer not null default 0,
    active_at        timestamptz not null,
    ended_at         timestamptz,
    waiting          integer not null default 0,
    first_reply_at   timestamptz,
    task             text,
    clock_rule       text,
    clock_started_by text,
    clock_event      uuid,
    clock_started_at timestamptz,
    due_at           timestamptz,
    waiting_for      text,
    missed           integer not null default 0,
    missed_rule      text,
    missed_event     uuid
);
create index mailbox_waiting on mailbox (due_at) where due_at is not null;
create index mailbox_idle on mailbox (active_at) where state = 'open';

create table mailbox_message (
    number      bigint generated always as identity primary key,
    report      uuid not null references report (id),
    author      text not null,
    event       uuid not null,
    written_at  timestamptz not null
);
create index mailbox_message_of on mailbox_message (report, number);
