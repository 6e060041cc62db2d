-- The public page about answer times reads the reports of a window of time.
create index report_submitted on report (submitted_at);
