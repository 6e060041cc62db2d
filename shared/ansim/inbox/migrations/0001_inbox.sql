-- What this service has heard and acted on. The row commits with the effect, so a repeat has none.
create table inbox (
    consumer    text not null,
    source      text not null,
    id          uuid not null,
    heard_at    timestamptz not null default clock_timestamp(),
    primary key (consumer, source, id)
);

-- The last sequence acted on per stream: order and gaps are checked against it.
create table inbox_stream (
    consumer    text not null,
    source      text not null,
    subject     uuid not null,
    sequence    integer not null,
    primary key (consumer, source, subject)
);

-- Messages that cannot be handled, and everything behind them in the same stream. The raw message is sealed:
-- a broken message may hold anything.
create table parked (
    id          bigint generated always as identity primary key,
    consumer    text not null,
    topic       text not null,
    partition   integer not null,
    "offset"    bigint not null,
    source      text,
    subject     uuid,
    sequence    integer,
    event_id    uuid,
    type        text,
    reason      text not null,
    error       text not null default '',
    attempts    integer not null default 1,
    raw         bytea not null,
    raw_record  uuid not null,
    parked_at   timestamptz not null default clock_timestamp(),
    tried_at    timestamptz not null default clock_timestamp(),
    replayed_at timestamptz,
    unique (consumer, topic, partition, "offset")
);
create index parked_stream on parked (consumer, source, subject, id) where replayed_at is null;
