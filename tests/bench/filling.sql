-- Reports with everything that hangs on them, as years of work at a desk leave them: journal, read tables, receipts and
-- mailboxes. Rows are made by SQL since commands would take hours; their shape is that of rows made by commands, except that
-- sealed bytes are random, so nothing opens them. The numbers run from {first} to {last}; up to {open} they are open.
create temporary table made on commit drop as
select n, gen_random_uuid() as report, gen_random_uuid() as person, gen_random_uuid() as referral,
       uuidv7() as submitted, uuidv7() as acknowledged, uuidv7() as triaged, uuidv7() as requested, uuidv7() as answered,
       uuidv7() as closed, uuidv7() as opened, gen_random_uuid() as proof, gen_random_uuid() as correlation,
       n > {open} as is_closed,
       case when n > {open} or n % 2 = 0 then 'triaged' when n % 4 = 1 then 'submitted' else 'acknowledged' end as reached,
       n > {open} and n % 5 < 3 or n <= {open} and n % 4 = 0 as is_referred,
       n <= {open} and n % 4 = 0 as waits,
       (array['victim', 'guardian', 'teacher', 'witness', 'anonymous'])[1 + n % 5] as reporter_role,
       (array['distribution', 'threat_to_distribute', 'false_video', 'illegal_filming', 'grooming', 'other'])[1 + n % 6] as harm,
       (array['unknown', 'no', 'yes'])[1 + n % 3] as about_minor,
       (array['mapo', 'jongno', 'gangnam', 'nowon'])[1 + n % 4] as district,
       (array['ko', 'ko', 'ko', 'en'])[1 + n % 4] as language,
       (array['high', 'medium', 'low', 'medium', 'high', 'emergency', 'low', 'medium', 'low', 'high'])[1 + n / 2 % 10] as severity,
       (array['victim_support', 'counseling'])[1 + n / 3 % 2] as target,
       case when n > {open} then now() - interval '20 days' - n % 1000 * interval '1 day' else now() - n % 100 * interval '1 hour' end
           as began
  from generate_series({first}, {last}) n;
alter table made add column due timestamptz;
update made set due = now() + (n % 200 - 40) * interval '1 hour' where not is_closed;

create temporary table told on commit drop as
select submitted as id, 'report' as kind, report as stream, 1 as version, 'report.submitted' as type, began as at, n, 1 as place,
       jsonb_build_object('person', person, 'reporter_role', reporter_role, 'harm_types', jsonb_build_array(harm), 'about_minor', about_minor,
                          'district', district, 'language', language, 'imported', false) as payload, correlation,
       sha512(report::text::bytea) || sha512(person::text::bytea) || sha512(proof::text::bytea) as sealed
  from made
union all
select opened, 'mailbox', report, 1, 'mailbox.opened', began, n, 2,
       jsonb_build_object('person', person, 'proof', proof, 'language', language), correlation, null
  from made
union all
select acknowledged, 'report', report, 2, 'report.acknowledged', began + interval '1 hour', n, 3,
       jsonb_build_object('person', person), gen_random_uuid(), null
  from made where reached <> 'submitted'
union all
select triaged, 'report', report, 3, 'report.triaged', began + interval '2 hours', n, 4,
       jsonb_build_object('person', person, 'severity', severity, 'harm_types', jsonb_build_array(harm), 'age_band', '19_24', 'minor', 'no'),
       gen_random_uuid(), null
  from made where reached = 'triaged'
union all
select requested, 'referral', referral, 1, 'referral.requested', began + interval '3 hours', n, 5,
       jsonb_build_object('person', person, 'report', report, 'target', target, 'severity', severity, 'harm_types', jsonb_build_array(harm),
                          'age_band', '19_24', 'school_level', 'unknown', 'gender', 'unknown', 'district', district,
                          'legal_basis', 'consent', 'consent', 'given'), gen_random_uuid(), null
  from made where is_referred
union all
select answered, 'referral', referral, 2, 'referral.answered', began + interval '1 day', n, 6,
       jsonb_build_object('person', person, 'target', target, 'answer', 'accepted', 'heard', gen_random_uuid()), gen_random_uuid(), null
  from made where is_referred and not waits
union all
select closed, 'report', report, 4, 'report.closed', began + interval '2 days', n, 7,
       jsonb_build_object('person', person, 'outcome', case when is_referred then 'referred_on' else 'answered' end), gen_random_uuid(), null
  from made where is_closed;

insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district, language, harm_types,
                    may_be_emergency, submitted_at, severity, age_band, minor, acknowledged_at, triaged_at, closed_at, outcome,
                    claimed_by, claimed_by_name, claimed_at,
                    task, clock_rule, clock_started_by, clock_event, clock_started_at, due_at, waiting_for, missed, missed_rule, missed_event)
select report, person, case when is_closed then 4 when reached = 'triaged' then 3 when reached = 'acknowledged' then 2 else 1 end,
       case when is_closed then 'closed' else reached end, submitted, reporter_role, about_minor, district, language, array[harm],
       harm = 'threat_to_distribute', began,
       case when reached = 'triaged' then severity end, case when reached = 'triaged' then '19_24' end,
       case when reached = 'triaged' then 'no' end,
       case when reached <> 'submitted' then began + interval '1 hour' end,
       case when reached = 'triaged' then began + interval '2 hours' end,
       case when is_closed then began + interval '2 days' end,
       case when is_closed then case when is_referred then 'referred_on' else 'answered' end end,
       case when not is_closed and n % 3 = 0 then 'intake-officer' end,
       case when not is_closed and n % 3 = 0 then 'Bench (invented)' end,
       case when not is_closed and n % 3 = 0 then began + interval '1 hour' end,
       clock.task, clock.rule, clock.start, clock.event, case when not is_closed then due - interval '3 days' end, due,
       case when waits then target end, case when due < now() then 1 else 0 end,
       case when due < now() then clock.rule end, case when due < now() then clock.event end
  from made left join lateral (
       select case when waits then 'answer' when reached = 'submitted' then 'acknowledge' when reached = 'acknowledged' then 'triage'
                   else 'decide' end as task,
              case when waits then 'answer' when reached = 'submitted' then 'acknowledge' when reached = 'acknowledged' then 'triage'
                   else 'decide_medium' end as rule,
              case when waits then 'referral.requested' when reached = 'triaged' then 'report.triaged' else 'report.submitted' end as start,
              case when waits then requested when reached = 'triaged' then triaged else submitted end as event
       where not is_closed) as clock on true
 order by n;

insert into referral (id, report, version, target, state, consent, legal_basis, gender, school_level, sent_at, last_sent_at, received_at,
                      answered_at, task, clock_rule, clock_started_by, clock_event, clock_started_at, due_at, waiting_for,
                      missed, missed_rule, missed_event)
select referral, report, case when waits then 1 else 2 end, target, case when waits then 'sent' else 'accepted' end, 'given', 'consent',
       'unknown', 'unknown', began + interval '3 hours', began + interval '3 hours',
       case when not waits then began + interval '4 hours' end, case when not waits then began + interval '1 day' end,
       case when waits then 'arrival' end, case when waits then 'arrival' end, case when waits then 'referral.requested' end,
       case when waits then requested end, case when waits then due - interval '3 days' end, case when waits then due end,
       case when waits then target end,
       case when waits and due < now() then 1 else 0 end, case when waits and due < now() then 'arrival' end,
       case when waits and due < now() then requested end
  from made where is_referred order by n;

insert into receipt (digest, report) select sha256(proof::text::bytea), report from made order by n;

insert into mailbox (report, person, version, state, proof, language, opened_at, active_at, ended_at)
select report, person, 1, case when began < now() - interval '80 days' then 'expired' else 'open' end, proof, language, began, began,
       case when began < now() - interval '80 days' then began + interval '90 days' end
  from made order by n;

insert into retention (record, person, matter, rule, started_by, started_at, warn_at, expires_at, erase_at)
select report, person, 'report', 'retain_referred_on', closed, began + interval '2 days', began + interval '3600 days',
       began + interval '3652 days', began + interval '3682 days'
  from made where is_closed order by n;

insert into command_done (key, done_at) select correlation, began from made order by n;

insert into access_record (at, actor, role, action, person, what, place, correlationid)
select began, 'public', 'public', 'wrote', person, 'report.submitted', '/report', correlation from made order by n;

-- last, so that the relay of the running service waits as short as can be
select position from relay_state for update;
insert into journal (event_id, aggregatetype, aggregateid, version, type, schema_version, payload, sealed, actor, correlationid,
                     occurred_at, recorded_at, position)
select id, kind, stream, version, 'kr.ansim.intake.' || type || '.v1', 1, payload, sealed,
       case when place < 3 then '{{"subject": "public", "role": "public", "name": ""}}'
            else '{{"subject": "intake-officer", "role": "intake_officer", "name": "Bench (invented)"}}' end::jsonb,
       correlation, at, at, (select position from relay_state) + row_number() over (order by n, place)
  from told order by n, place;
update relay_state set position = position + (select count(*) from told);
