-- What a receiver says after it has accepted: under way, on hold and for whom, finished, or declined after all.

alter table referral
    drop constraint referral_state_check,
    add constraint referral_state_check check
        (state in ('sent', 'received', 'accepted', 'rejected', 'in_progress', 'on_hold', 'completed', 'failed',
                   'declined_after_acceptance', 'revoked', 'lapsed')),
    add column progressed_at    timestamptz,
    add column hold_for         text,
    add column case_outcome     text;

-- what the queue asks for is found without reading closed reports, and what came back without reading answered hand-offs
create index report_emergency on report (due_at, number)
    where state <> 'closed' and (severity = 'emergency' or severity is null and may_be_emergency);
create index report_came_back on report (id) where task = 'decide_again';
