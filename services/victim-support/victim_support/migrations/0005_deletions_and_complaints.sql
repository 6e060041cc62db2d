-- Deletion requests with every look, and complaints with every version. Addresses and texts stay sealed in the journal; a row
-- names the event that holds them.

create table deletion (
    id               uuid primary key,
    number           bigint generated always as identity unique,
    case_id          uuid not null references support_case (case_id),
    person           uuid not null,
    version          integer not null,
    state            text not null,
    platform         text not null,
    generation       integer not null,
    previous         uuid references deletion (id),
    located_event    uuid not null,
    located_at       timestamptz not null,
    channel          text,
    requested_at     timestamptz,
    action           text,
    answered_at      timestamptz,
    notified         integer not null default 0,
    decision         text,
    gone_at          timestamptz,
    checks           integer not null default 0,
    last_result      text,
    last_checked_at  timestamptz,
    task             text,
    clock_rule       text,
    clock_started_by text,
    clock_event      uuid,
    clock_started_at timestamptz,
    due_at           timestamptz,
    missed           integer not null default 0,
    missed_rule      text,
    missed_event     uuid
);
create index deletion_of_case on deletion (case_id, number);
create index deletion_due on deletion (due_at, number) where due_at is not null;

create table deletion_check (
    deletion         uuid not null references deletion (id),
    number           integer not null,
    result           text not null,
    checked_at       timestamptz not null,
    checked_by       text not null,
    primary key (deletion, number)
);

-- The only place that knows which watch belongs to which request.
create table deletion_watch (
    watch            uuid primary key,
    deletion         uuid not null references deletion (id),
    ended            boolean not null default false
);
create index deletion_watch_of on deletion_watch (deletion);

create table complaint (
    id               uuid primary key,
    number           bigint generated always as identity unique,
    case_id          uuid not null references support_case (case_id),
    person           uuid not null,
    version          integer not null,
    state            text not null,
    drafts           integer not null default 0,
    approved         integer,
    handed_to        text[] not null default '{}',
    started_at       timestamptz not null,
    changed_at       timestamptz not null
);
create index complaint_of_case on complaint (case_id, number);

create table complaint_draft (
    complaint        uuid not null references complaint (id),
    number           integer not null,
    event            uuid not null,
    written_by       text not null,
    written_at       timestamptz not null,
    primary key (complaint, number)
);

call keep_with('deletion', key => 'case_id', parent => 'support_case', parent_key => 'case_id');
call keep_with('deletion_check', key => 'deletion', parent => 'deletion', parent_key => 'id');
call keep_with('deletion_watch', key => 'deletion', parent => 'deletion', parent_key => 'id');
call keep_with('complaint', key => 'case_id', parent => 'support_case', parent_key => 'case_id');
call keep_with('complaint_draft', key => 'complaint', parent => 'complaint', parent_key => 'id');
