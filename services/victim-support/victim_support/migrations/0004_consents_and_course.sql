-- Consents, each with its purpose, recipient, scope and end; the guardian's part; approval, watching and reopening of a case.

alter table support_case
    drop constraint support_case_state_check,
    add constraint support_case_state_check check
        (state in ('opened', 'safety_checked', 'plan_agreed', 'active', 'watching', 'closed')),
    add column plan_by          text,
    add column approved_at      timestamptz,
    add column approved_by      text,
    add column next_check_on    date,
    add column watched_at       timestamptz,
    add column reopened         integer not null default 0,
    add column guardian_suspect boolean,
    add column guardian_basis   text,
    add column guardian_event   uuid;
create index support_case_next_check on support_case (next_check_on) where state <> 'closed' and next_check_on is not null;

create table consent (
    consent_id uuid primary key,
    number     bigint generated always as identity unique,
    case_id    uuid not null references support_case (case_id),
    purpose    text not null,
    recipient  text not null,
    asked_of   text,
    state      text not null check
        (state in ('asked', 'given', 'narrowed', 'overridden', 'declined', 'withdrawn', 'expired')),
    content    text[] not null default '{}',
    withheld   text[] not null default '{}',
    until      date,
    basis      text,
    reason     text,
    begun_at   timestamptz not null,
    changed_at timestamptz not null,
    version    integer not null
);
create index consent_of_case on consent (case_id, number);
create index consent_ending on consent (until) where state in ('given', 'narrowed', 'overridden');
call keep_with('consent', key => 'case_id', parent => 'support_case', parent_key => 'case_id');
