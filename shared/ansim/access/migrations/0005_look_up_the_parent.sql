-- `offset 0` keeps the planner from reading the whole parent table once for a handful of rows, which it found cheaper at some
-- ten thousand reports: each look at the queue cost twice as much there as before and after.
create or replace procedure keep_with(guarded regclass, key text, parent regclass, parent_key text)
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format(
        'create policy seen_by_whom on %s using ('
        '(select coalesce(current_setting(''ansim.projecting'', true), '''') = ''on'')'
        ' or exists (select from %s as parent_row where parent_row.%I = %s.%I offset 0))',
        guarded, parent, parent_key, guarded, key);
end $$;

-- The same for the tables that are guarded already.
do $$
declare
    guard record;
begin
    for guard in
        select polrelid::regclass as guarded, pg_get_expr(polqual, polrelid) as seen
          from pg_policy where polname = 'seen_by_whom' and pg_get_expr(polqual, polrelid) like '%parent_row%'
    loop
        execute format('alter policy seen_by_whom on %s using (%s)', guard.guarded,
            regexp_replace(guard.seen, '(WHERE \(parent_row\.[^)]*\))', '\1 OFFSET 0'));
    end loop;
end $$;
