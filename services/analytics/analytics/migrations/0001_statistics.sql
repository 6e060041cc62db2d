-- Exact statistics live in schemas of their own, one a generation: statistics_1, statistics_2 … A rebuild fills the next
-- one from offset 0 while the current one goes on; switching is one transaction, and the old one stays until dropped.

create table statistics_generation (
    number      integer primary key,
    state       text not null check (state in ('building', 'current', 'old')),
    reducer     integer not null default 0,
    created_at  timestamptz not null default clock_timestamp(),
    switched_at timestamptz
);
create unique index statistics_one_current on statistics_generation (state) where state = 'current';

-- A worker's sign of life: when it last read to the end of its partitions, and when it last did anything.
create table statistics_beat (
    generation  integer not null,
    share       text not null,
    beat_at     timestamptz not null,
    caught_up_at timestamptz,
    primary key (generation, share)
);

-- The service's role may not define tables, so these functions do the three things that it needs, and nothing else.
create function statistics_create() returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    fresh integer;
    place text;
begin
    lock table public.statistics_generation in exclusive mode;
    select coalesce(max(number), 0) + 1 into fresh from public.statistics_generation;
    place := format('statistics_%s', fresh);
    execute format('create schema %I', place);
    -- what a person's streams add up to; state is the reducer's own, in JSON
    execute format('create table %I.entity (service text not null, key uuid not null, state text not null,
        primary key (key, service)) with (fillfactor = 80)', place);
    -- what is counted here: a generation describes itself, whatever the definitions say today
    execute format('create table %I.tally (number smallint primary key, hash text not null unique,
        spec jsonb not null)', place);
    -- cells have integer keys; the codes stand once in the dictionary
    execute format('create table %I.cell_key (id integer generated always as identity primary key,
        tally smallint not null, codes text[] not null, unique (tally, codes))', place);
    execute format('create table %I.cell (id integer primary key, count bigint not null)
        with (fillfactor = 50)', place);
    execute format('create table %I.progress (service text not null, partition smallint not null,
        next_offset bigint not null default 0, position bigint not null default 0, newest timestamptz,
        counted bigint not null default 0, parked bigint not null default 0, counted_at timestamptz,
        primary key (service, partition))', place);
    -- messages that were not counted, and where the topic keeps them; never what they say
    execute format('create table %I.parked (service text not null, partition smallint not null,
        "offset" bigint not null, reason text not null, type text not null, stream text not null,
        sequence bigint not null, parked_at timestamptz not null default clock_timestamp(),
        primary key (service, partition, "offset"))', place);
    execute format('grant usage on schema %I to %I', place, session_user);
    execute format('grant select, insert, update, delete on all tables in schema %I to %I', place, session_user);
    execute format('grant usage, select on all sequences in schema %I to %I', place, session_user);
    insert into public.statistics_generation (number, state) values (fresh, 'building');
    return fresh;
end $$;

-- From here on `chosen` is what everybody reads. A worker on another generation is told so at its next commit.
create function statistics_switch(chosen integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    place text := format('statistics_%s', chosen);
    shown text;
begin
    lock table public.statistics_generation in exclusive mode;
    update public.statistics_generation set state = 'old' where state = 'current' and number <> chosen;
    update public.statistics_generation set state = 'current', switched_at = clock_timestamp() where number = chosen;
    if not found then
        raise exception 'there is no generation %', chosen;
    end if;
    foreach shown in array array['tally', 'cell_key', 'cell', 'progress', 'parked'] loop
        execute format('create or replace view public.statistics_%s with (security_invoker = true) as
            select * from %I.%I', shown, place, shown);
        execute format('grant select on public.statistics_%s to %I', shown, session_user);
    end loop;
    perform pg_notify('statistics', chosen::text);
end $$;

create function statistics_drop(gone integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from public.statistics_generation where number = gone and state <> 'current';
    if not found then
        raise exception 'generation % is in use or unknown', gone;
    end if;
    delete from public.statistics_beat where generation = gone;
    execute format('drop schema %I cascade', format('statistics_%s', gone));
end $$;

revoke all on function statistics_create(), statistics_switch(integer), statistics_drop(integer) from public;

-- One batch, all or nothing, in one statement. The caller's search_path names the generation.
-- SQLSTATE AN001: another worker has moved an offset on. AN002: the generation is not in use any more.
-- AN003: a count would go below zero, so the stored state is not what was counted.
create function statistics_commit(
    p_generation integer,
    p_service text[], p_partition smallint[], p_expected bigint[], p_next bigint[], p_position bigint[],
    p_newest timestamptz[], p_counted bigint[], p_parked bigint[],
    e_service text[], e_key uuid[], e_state text[],
    c_id integer[], c_delta bigint[],
    k_service text[], k_partition smallint[], k_offset bigint[], k_reason text[], k_type text[], k_stream text[],
    k_sequence bigint[]
) returns void
language plpgsql as $$
declare
    moved integer;
    lowest bigint;
begin
    perform from public.statistics_generation where number = p_generation and state <> 'old' for share;
    if not found then
        raise exception 'generation % is not in use', p_generation using errcode = 'AN002';
    end if;
    update progress set next_offset = b.next, position = greatest(progress.position, b.position),
        newest = greatest(progress.newest, b.newest), counted = progress.counted + b.counted,
        parked = progress.parked + b.parked, counted_at = clock_timestamp()
    from unnest(p_service, p_partition, p_expected, p_next, p_position, p_newest, p_counted, p_parked)
        as b(service, partition, expected, next, position, newest, counted, parked)
    where progress.service = b.service and progress.partition = b.partition and progress.next_offset = b.expected;
    get diagnostics moved = row_count;
    if moved <> cardinality(p_service) then
        raise exception 'an offset was moved on by another worker' using errcode = 'AN001';
    end if;
    insert into entity (service, key, state)
        select * from unnest(e_service, e_key, e_state)
        on conflict (key, service) do update set state = excluded.state;
    with changed as (
        insert into cell (id, count)
            select * from unnest(c_id, c_delta)
            on conflict (id) do update set count = cell.count + excluded.count
            returning count
    )
    select min(count) into lowest from changed;
    if lowest < 0 then
        raise exception 'a count went below zero' using errcode = 'AN003';
    end if;
    if cardinality(k_service) > 0 then
        insert into parked (service, partition, "offset", reason, type, stream, sequence)
            select * from unnest(k_service, k_partition, k_offset, k_reason, k_type, k_stream, k_sequence)
            on conflict do nothing;
    end if;
    perform pg_notify('statistics', p_generation::text);
end $$;

select statistics_create();
select statistics_switch(1);
