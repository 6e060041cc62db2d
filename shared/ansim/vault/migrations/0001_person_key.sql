-- One data key per (service, person), wrapped by the key-encryption key. Nothing here is personal: `person` is a
-- service's random pseudonym. The nil pseudonym stands for the service itself (raw parked messages).
create table person_key (
    service      text        not null check (service ~ '^[a-z][a-z0-9-]{0,62}$'),
    person       uuid        not null,
    wrapped      bytea       null,
    kek_id       text        not null,
    created_at   timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz null,
    primary key (service, person),
    -- a destroyed key leaves a tombstone without content
    constraint key_or_tombstone check ((wrapped is null) = (destroyed_at is not null))
) with (
    -- A destroyed key lives on in dead tuples until vacuum takes them: let vacuum come at once.
    autovacuum_vacuum_threshold = 1,
    autovacuum_vacuum_scale_factor = 0
);

-- The service that the connection belongs to: role ansim_victim_support is service victim-support.
create function own_service() returns text
    language sql stable parallel safe
    return replace(substr(current_user::text, length('ansim_') + 1), '_', '-');

alter table person_key enable row level security;
alter table person_key force row level security;

create policy see_own on person_key for select using (service = own_service());
create policy add_own on person_key for insert with check (service = own_service());
-- a tombstone is final: a destroyed row cannot be updated again, by anybody
create policy change_own on person_key for update
    using (service = own_service() and destroyed_at is null)
    with check (service = own_service());
