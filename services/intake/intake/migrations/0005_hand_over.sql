-- What a hand-off lets its receiver have of the sealed data, and what became of that. The data itself is nowhere here.
alter table referral
    add column shares            text[] not null default '{}',
    add column data_given_at     timestamptz,
    add column data_erased       boolean not null default false,
    add column data_confirmed_at timestamptz;
