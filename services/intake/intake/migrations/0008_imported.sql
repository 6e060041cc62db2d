-- Taken over from a centre's earlier records: nobody knows when it was read and judged, so no deadline is told missed by it.
alter table report add column imported boolean not null default false;
