-- Nobody sees a report whose person they are recused from, nor what hangs on it. Intake is one team: reports belong to all of it.
call keep_apart('report', person => 'person');
call keep_with('referral', key => 'report', parent => 'report', parent_key => 'id');
call keep_with('receipt', key => 'report', parent => 'report', parent_key => 'id');
call keep_with('report_link', key => 'report', parent => 'report', parent_key => 'id');
call keep_with('mailbox', key => 'report', parent => 'report', parent_key => 'id');
call keep_with('mailbox_message', key => 'report', parent => 'report', parent_key => 'id');
