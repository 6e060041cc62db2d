-- What we say of a referral after our yes, and that its sender took it back.

alter table referral
    drop constraint referral_state_check,
    add constraint referral_state_check check
        (state in ('received', 'accepted', 'rejected', 'taken_back', 'in_progress', 'on_hold', 'completed',
                   'declined_after_acceptance')),
    add column hold_for       text,
    add column sender_ending  text;
