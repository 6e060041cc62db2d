-- What a person told the sender of a referral: whether it was asked for, and what became of that. The texts themselves stay
-- sealed in the journal, in the event `data_received`. `dataref`: where the sender keeps them for us.

ALTER TABLE referral ADD COLUMN dataref uuid;

CREATE TABLE told_before (
    referral   uuid PRIMARY KEY,
    case_id    uuid NOT NULL UNIQUE,
    person     uuid NOT NULL,
    dataref    uuid NOT NULL,
    state      text NOT NULL CHECK (state IN ('asked', 'arrived', 'erased', 'refused')),
    parts      text[] NOT NULL DEFAULT '{}',
    data_event uuid,
    asked_at   timestamptz NOT NULL,
    -- how far back in time the acceptance was told: the played history's answers belong to its days
    backdated  interval NOT NULL,
    settled_at timestamptz
);
CREATE INDEX told_before_asked ON told_before (asked_at) WHERE state = 'asked';
