-- What left the house as a file, when, by whom and why. Written by the projection of `export.made`; nothing personal.
create table export_made (
    id           uuid primary key,
    number       bigint generated always as identity unique,
    listed       text not null,
    format       text not null,
    rows_written integer not null,
    persons      integer not null,
    reason       text not null,
    event        uuid not null,
    made_by      text not null,
    made_by_name text not null,
    made_at      timestamptz not null
);
