-- Whose records a person sees (DESIGN §6): their team's, and none of a person they are recused from. A service's read tables
-- are guarded by row-level security, forced, with policies made by the two procedures below; `Store` says inside each
-- transaction who acts (ansim.actor, ansim.team, ansim.all_teams). Where nobody is named, nothing is seen.

-- A staff member as events name them: random, so that an account's name travels nowhere.
alter table staff add column member uuid not null default gen_random_uuid();
alter table staff add constraint staff_member unique (member);

create table team (
    id      text primary key check (id ~ '^[a-z][a-z0-9-]{0,60}$'),
    name_ko text not null,
    name_en text not null
);

-- Who must see nothing of whom. Kept by the projections of each service's `recused` events.
create table recusal (
    person     uuid        not null,
    member     uuid        not null,
    recused_at timestamptz not null,
    primary key (person, member)
);
create index recusal_member on recusal (member);

-- Guards a table whose rows belong to a person and, if `team` is given, to a team. A row without a team is every team's.
-- Projections write what events say, whoever acted: they see every row (ansim.projecting, set by `Unit.record` only).
create procedure keep_apart(guarded regclass, person text, team text default null)
language plpgsql as $$
declare
    of_team text := 'true';
begin
    if team is not null then
        of_team := format(
            '(select coalesce(current_setting(''ansim.all_teams'', true), '''') = ''on'') or %1$I is null'
            ' or %1$I = (select nullif(current_setting(''ansim.team'', true), ''''))', team);
    end if;
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format(
        'create policy seen_by_whom on %s using ('
        '(select coalesce(current_setting(''ansim.projecting'', true), '''') = ''on'')'
        ' or (select coalesce(current_setting(''ansim.actor'', true), '''') <> '''') and (%s)'
        ' and %I <> all (array(select recusal.person from recusal join staff using (member)'
        ' where staff.subject = current_setting(''ansim.actor'', true))))', guarded, of_team, person);
end $$;

-- Guards a table whose rows hang on a row of a guarded table: they are seen by whoever sees that row.
create procedure keep_with(guarded regclass, key text, parent regclass, parent_key text)
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format(
        'create policy seen_by_whom on %s using ('
        '(select coalesce(current_setting(''ansim.projecting'', true), '''') = ''on'')'
        ' or exists (select from %s as parent_row where parent_row.%I = %s.%I))', guarded, parent, parent_key, guarded, key);
end $$;
