-- Who may work here. Roles come from this table, never from claims of the sign-in provider.
create table staff (
    subject text primary key,
    name    text    not null,
    team    text    not null,
    roles   text[]  not null check (cardinality(roles) > 0),
    active  boolean not null default true
);

-- Sessions of signed-in staff. Only a hash of the cookie's token is kept: who reads this table cannot use a session.
create table staff_session (
    token_hash bytea       primary key,
    subject    text        not null references staff (subject) on delete cascade,
    started_at timestamptz not null,
    seen_at    timestamptz not null
);
create index staff_session_subject on staff_session (subject);
create index staff_session_started on staff_session (started_at);

-- Who did what with whose data, when and where (Personal Information Protection Act, safeguards notice art. 2 and 8).
-- Written in the transaction of the deed itself; never changed or deleted by a service. Kept two years.
create table access_record (
    id            bigint generated always as identity primary key,
    at            timestamptz not null default clock_timestamp(),
    actor         text        not null,
    role          text        not null,
    action        text        not null check (action ~ '^[a-z][a-z_]{0,40}$'),
    person        uuid        null,
    what          text        not null check (length(what) <= 200),
    place         text        not null check (length(place) <= 200),
    correlationid uuid        null
);
create index access_record_person on access_record (person, at) where person is not null;
create index access_record_actor on access_record (actor, at);
