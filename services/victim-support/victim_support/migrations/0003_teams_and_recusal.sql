-- A case belongs to a team and to one worker of it; nobody else sees it, nor anything that hangs on it. A referral is every
-- team's until it is accepted, then its case's.

alter table support_case
    add column team   text not null default '',
    add column member uuid;
update support_case set team = staff.team, member = staff.member from staff where staff.subject = support_case.worker;
create index support_case_member on support_case (member, number);
create index support_case_team on support_case (team, number);

alter table referral add column team text;
update referral set team = support_case.team from support_case where support_case.case_id = referral.case_id;

call keep_apart('support_case', person => 'person', team => 'team');
call keep_apart('referral', person => 'person', team => 'team');
call keep_with('support_item', key => 'case_id', parent => 'support_case', parent_key => 'case_id');
call keep_with('told_before', key => 'case_id', parent => 'support_case', parent_key => 'case_id');
