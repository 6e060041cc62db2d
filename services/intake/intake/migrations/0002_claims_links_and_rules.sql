-- Claims, links, signposts, reopening and missed deadlines; hand-offs that are taken back, lapse, or end outside the suite.

alter table report
    add column claimed_by       text,
    add column claimed_by_name  text,
    add column claimed_at       timestamptz,
    add column signposted       text[] not null default '{}',
    add column reopened         integer not null default 0,
    -- the clock's rule and the event that started it; a missed clock is noted once by these two
    add column clock_rule       text,
    add column clock_event      uuid,
    add column missed           integer not null default 0,
    add column missed_rule      text,
    add column missed_event     uuid;
create index report_claimed on report (claimed_by, due_at) where state <> 'closed' and claimed_by is not null;
create index report_overdue on report (due_at) where due_at is not null and waiting_for is null;

create table report_link (
    number      bigint generated always as identity primary key,
    report      uuid not null references report (id),
    other       uuid not null references report (id),
    relation    text not null,
    linked_at   timestamptz not null,
    unique (report, other)
);
create index report_link_other on report_link (other);

alter table referral
    drop constraint referral_state_check,
    add constraint referral_state_check check
        (state in ('sent', 'received', 'accepted', 'rejected', 'completed', 'revoked', 'lapsed')),
    add column heard_by         text,
    add column revoke_reason    text,
    add column sent_again       integer not null default 0,
    add column last_sent_at     timestamptz,
    add column escalated_at     timestamptz,
    add column clock_rule       text,
    add column clock_event      uuid,
    add column missed           integer not null default 0,
    add column missed_rule      text,
    add column missed_event     uuid;
create index referral_overdue on referral (due_at) where due_at is not null;
create index referral_escalated on referral (escalated_at) where escalated_at is not null;
