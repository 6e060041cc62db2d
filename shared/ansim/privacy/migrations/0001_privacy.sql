-- Read tables of disclosures, keeping and erasures. Reasons stay sealed with their events; a row names the event that holds
-- one. Nobody sees a row of a person they are recused from.

create table disclosure (
    id              uuid        primary key,
    number          bigint      generated always as identity unique,
    record          uuid        not null,
    person          uuid        not null,
    matter          text        not null,
    state           text        not null check (state in ('asked', 'granted', 'refused')),
    version         integer     not null,
    asked_at        timestamptz not null,
    asked_by        text        not null,
    asked_by_name   text        not null,
    asked_event     uuid        not null,
    due_at          timestamptz not null,
    decided_at      timestamptz,
    decided_by      text,
    decided_by_name text,
    decided_event   uuid,
    until           timestamptz,
    views           integer     not null default 0,
    viewed_at       timestamptz
);
create index disclosure_waiting on disclosure (due_at) where state = 'asked';
create index disclosure_of_record on disclosure (record, number);
create index disclosure_of_asker on disclosure (asked_by, number);

create table retention (
    record          uuid        primary key,
    number          bigint      generated always as identity unique,
    person          uuid        not null,
    matter          text        not null,
    rule            text,
    started_by      uuid,
    started_at      timestamptz,
    warn_at         timestamptz,
    expires_at      timestamptz,
    erase_at        timestamptz,
    holds           integer     not null default 0,
    warned_for      timestamptz,
    expired_for     timestamptz,
    erased_at       timestamptz
);
create index retention_due on retention (warn_at) where erased_at is null and holds = 0;

create table legal_hold (
    event           uuid        primary key,
    number          bigint      generated always as identity unique,
    record          uuid        not null,
    person          uuid        not null,
    matter          text        not null,
    reason          text        not null,
    placed_at       timestamptz not null,
    placed_by_name  text        not null,
    lifted_at       timestamptz,
    lifted_by_name  text,
    lifted_event    uuid
);
create index legal_hold_of_record on legal_hold (record, number);
create index legal_hold_in_force on legal_hold (number) where lifted_at is null;

-- What remains of an erased person is this row: a number, an outcome's rule, dates and names of staff.
create table erasure (
    id              uuid        primary key,
    number          bigint      generated always as identity unique,
    record          uuid        not null,
    person          uuid        not null,
    matter          text        not null,
    kept_by         text,
    opened_at       timestamptz not null,
    closed_at       timestamptz,
    ground          text        not null,
    state           text        not null check (state in ('requested', 'held', 'free', 'approved', 'declined', 'destroyed', 'certified')),
    version         integer     not null,
    requested_at    timestamptz not null,
    requested_by    text        not null,
    requested_by_name text      not null,
    requested_event uuid        not null,
    due_at          timestamptz not null,
    checked_at      timestamptz,
    approved_at     timestamptz,
    approved_by     text,
    approved_by_name text,
    declined_at     timestamptz,
    declined_by_name text,
    declined_event  uuid,
    refusal         text,
    destroyed_at    timestamptz,
    sealed_facts    bigint,
    index_rows      bigint,
    confirmed       text[]      not null default '{}',
    certified_at    timestamptz,
    overdue_at      timestamptz
);
create unique index erasure_running on erasure (person) where state not in ('declined', 'certified');
create index erasure_of_person on erasure (person, number);
create index erasure_to_do on erasure (due_at) where state not in ('declined', 'certified');

-- How many facts of a person are sealed is counted once, for the certificate; unsealed facts cost nothing here.
create index journal_sealed_person on journal ((payload ->> 'person')) where sealed is not null;

call keep_apart('disclosure', person => 'person');
call keep_apart('retention', person => 'person');
call keep_apart('legal_hold', person => 'person');
call keep_apart('erasure', person => 'person');
