-- What monitoring said to a watch that we asked for.

alter table deletion_watch
    add column answer      text,
    add column answered_at timestamptz;
