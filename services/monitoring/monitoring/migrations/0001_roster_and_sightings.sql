-- Read tables: written only by projections, rebuilt from the journal at any time. No name, contact or address stands
-- here: `sealed_event` is the journal row that holds them sealed.

create table volunteer (
    id              uuid primary key,
    number          bigint generated always as identity unique,
    version         integer not null,
    state           text not null check (state in ('applied', 'vetted', 'trained', 'active', 'resting', 'left')),
    district        text not null,
    applied_at      timestamptz not null,
    vetted_at       timestamptz,
    trained_at      timestamptz,
    activated_at    timestamptz,
    since           timestamptz not null,
    left_reason     text,
    sealed_event    uuid not null
);
comment on column volunteer.since is 'when the present state began';
comment on column volunteer.activated_at is 'first activation; coming back from a rest does not move it';
create index volunteer_queue on volunteer (state, number);

create table sighting (
    id              uuid primary key,
    number          bigint generated always as identity unique,
    version         integer not null,
    volunteer       uuid not null,
    platform        text not null,
    channel         text not null,
    categories      text[] not null,
    depicted_age    text not null,
    depicted_gender text not null,
    state           text not null check (state in ('logged', 'confirmed', 'rejected', 'reported')),
    rejection       text,
    logged_at       timestamptz not null,
    decided_at      timestamptz,
    reported_at     timestamptz,
    last_check      text,
    last_check_at   timestamptz,
    last_check_number integer,
    last_action     text,
    last_action_at  timestamptz,
    sealed_event    uuid not null
);
comment on column sighting.reported_at is 'first report; later reports stand in sighting_report';
create index sighting_queue on sighting (state, number);
create index sighting_of_volunteer on sighting (volunteer, number);
create index sighting_of_platform on sighting (platform, state);

create table sighting_report (
    event_id        uuid primary key,
    sighting        uuid not null references sighting,
    report_channel  text not null,
    at              timestamptz not null
);
create index sighting_report_of on sighting_report (sighting);

create table sighting_check (
    sighting        uuid not null references sighting,
    number          integer not null,
    result          text not null,
    at              timestamptz not null,
    primary key (sighting, number)
);

create table sighting_action (
    event_id        uuid primary key,
    sighting        uuid not null references sighting,
    action          text not null,
    at              timestamptz not null
);
create index sighting_action_of on sighting_action (sighting);
