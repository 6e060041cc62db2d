-- Every period that was ever set, beside the defaults in the code. Written by a projection of the rule's own events.
create table deadline_rule (
    number       bigint generated always as identity primary key,
    rule         text not null,
    seconds      integer not null check (seconds >= 60),
    since        timestamptz not null,
    reason       text not null,
    set_by       text not null,
    set_by_name  text not null,
    version      integer not null
);
create index deadline_rule_of on deadline_rule (rule, since);
