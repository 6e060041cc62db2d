-- The journal: event store, outbox and audit timeline in one table. Column names are those that Debezium's
-- outbox router reads, so an operator can put it in the relay's place without touching a service.
create table journal (
    entry           bigint generated always as identity,
    event_id        uuid primary key,
    aggregatetype   text not null,
    aggregateid     uuid not null,
    version         integer not null check (version >= 1),
    type            text not null,
    schema_version  integer not null,
    payload         jsonb not null,
    sealed          bytea,
    actor           jsonb not null,
    correlationid   uuid not null,
    causationid     uuid,
    occurred_at     timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    position        bigint unique check (position >= 1),
    unique (aggregatetype, aggregateid, version)
);

-- What the relay still has to publish, in the order in which it must go.
create index journal_unpublished on journal (entry) where position is null;

-- One row: the last position given out, and the events of a batch that was started but not yet confirmed.
create table relay_state (
    only_row        boolean primary key default true check (only_row),
    position        bigint not null default 0,
    claimed         uuid[] not null default '{}'
);
insert into relay_state default values;

-- Commands already carried out, so that a repeated one has no second effect. The answer is kept for the caller.
create table command_done (
    key             uuid primary key,
    fingerprint     text,
    answer          jsonb,
    done_at         timestamptz not null default clock_timestamp()
);
