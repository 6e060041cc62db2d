-- Read tables of intake. Written only by projections, in the transaction that appends the event; no personal data in
-- plain columns. `submitted_event` is the event that holds the sealed texts.

create table report (
    id                 uuid primary key,
    number             bigint generated always as identity (start with 1001) unique,
    person             uuid not null,
    version            integer not null,
    state              text not null check (state in ('submitted', 'acknowledged', 'triaged', 'closed')),
    submitted_event    uuid not null,
    reporter_role      text not null,
    about_minor        text not null,
    district           text not null,
    language           text not null,
    harm_types         text[] not null,
    may_be_emergency   boolean not null,
    severity           text,
    age_band           text,
    minor              text,
    outcome            text,
    submitted_at       timestamptz not null,
    acknowledged_at    timestamptz,
    triaged_at         timestamptz,
    closed_at          timestamptz,
    -- the running clock, worked out by intake.domain.deadlines from the events; all null once closed
    task               text,
    clock_started_by   text,
    clock_started_at   timestamptz,
    due_at             timestamptz,
    waiting_for        text
);
create index report_queue on report (due_at, number) where state <> 'closed';
create index report_newest on report (number desc);

create table referral (
    id                 uuid primary key,
    number             bigint generated always as identity (start with 1) unique,
    report             uuid not null references report (id),
    version            integer not null,
    target             text not null,
    state              text not null check (state in ('sent', 'received', 'accepted', 'rejected')),
    consent            text not null,
    legal_basis        text not null,
    override_reason    text,
    source             text,
    gender             text not null,
    school_level       text not null,
    reason             text,
    answered_by        text,
    sent_at            timestamptz not null,
    received_at        timestamptz,
    answered_at        timestamptz,
    task               text,
    clock_started_by   text,
    clock_started_at   timestamptz,
    due_at             timestamptz,
    waiting_for        text
);
create index referral_of_report on referral (report, number);
create index referral_newest on referral (number desc);
create index referral_unfinished on referral (due_at) where state in ('sent', 'received');
create index referral_refused on referral (report) where state = 'rejected';

-- Proof of a report in the reporter's hand. Only a digest is kept, beside the journal on purpose: the number must not
-- be found again by whoever reads the journal.
create table receipt (
    digest             bytea primary key,
    report             uuid not null unique
);
