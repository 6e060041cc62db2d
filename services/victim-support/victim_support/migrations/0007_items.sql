-- Items that are asked for before they have a date, dates that move, and the plan of going along to the police.

alter table support_item
    drop constraint support_item_state_check,
    add constraint support_item_state_check check (state in ('requested', 'scheduled', 'delivered', 'not_delivered')),
    alter column due_on drop not null,
    alter column scheduled_at drop not null,
    add constraint support_item_dated check (due_on is not null or state in ('requested', 'not_delivered')),
    add column requested_at  timestamptz,
    add column moved         integer not null default 0,
    add column starts_at     timestamptz,
    add column goes          uuid,
    add column next_on       date,
    add column details_event uuid;
create index support_item_asked on support_item (requested_at) where state = 'requested';
