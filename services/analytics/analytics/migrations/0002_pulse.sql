-- The pulse: how many events a minute, and how long from recorded to here. Approximate by purpose, kept for a day.
create table pulse_minute (
    minute      timestamptz not null,
    service     text not null,
    type        text not null,
    events      bigint not null,
    primary key (minute, service, type)
);

-- Delays by bucket: `upto` is the bucket's upper end in milliseconds.
create table pulse_delay (
    minute      timestamptz not null,
    service     text not null,
    upto        integer not null,
    events      bigint not null,
    primary key (minute, service, upto)
);

create table pulse_progress (
    service     text not null,
    partition   smallint not null,
    next_offset bigint not null,
    parked      bigint not null default 0,
    seen_at     timestamptz not null,
    primary key (service, partition)
);
