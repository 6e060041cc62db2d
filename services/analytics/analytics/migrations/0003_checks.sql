-- Rebuilds and reconciliations, as the journal tells them.
create table figure_check (
    id          uuid primary key,
    kind        text not null check (kind in ('rebuild', 'reconciliation')),
    at          timestamptz not null,
    events      bigint,
    cells       bigint,
    figures     bigint,
    differences bigint
);
create index figure_check_latest on figure_check (kind, at desc);
