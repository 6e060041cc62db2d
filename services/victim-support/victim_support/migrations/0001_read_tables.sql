-- Read tables of victim support. Written only by projectors, in the transaction of the events they show.
-- No personal data: sealed texts stay in the journal, found by the id of the event that holds them.

CREATE TABLE referral (
    referral    uuid PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    person      uuid NOT NULL,
    severity    text NOT NULL,
    urgency     smallint NOT NULL,
    harm_types  text[] NOT NULL,
    age_band    text NOT NULL,
    gender      text NOT NULL,
    district    text NOT NULL,
    state       text NOT NULL CHECK (state IN ('received', 'accepted', 'rejected')),
    reason      text,
    answered_by text,
    case_id     uuid,
    received_at timestamptz NOT NULL,
    answered_at timestamptz,
    version     integer NOT NULL
);
CREATE INDEX referral_waiting ON referral (urgency, received_at) WHERE state = 'received';
CREATE INDEX referral_answered ON referral (answered_at DESC) WHERE state <> 'received';

CREATE TABLE support_case (
    case_id          uuid PRIMARY KEY,
    number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    person           uuid NOT NULL,
    referral         uuid,
    age_band         text NOT NULL,
    gender           text NOT NULL,
    district         text NOT NULL,
    harm_types       text[] NOT NULL,
    item_types       text[] NOT NULL DEFAULT '{}',
    state            text NOT NULL CHECK (state IN ('opened', 'safety_checked', 'plan_agreed', 'closed')),
    immediate_danger boolean,
    outcome          text,
    worker           text NOT NULL,
    worker_name      text NOT NULL,
    opened_event     uuid NOT NULL,
    opened_at        timestamptz NOT NULL,
    safety_at        timestamptz,
    plan_at          timestamptz,
    closed_at        timestamptz,
    items_open       integer NOT NULL DEFAULT 0 CHECK (items_open >= 0),
    items_delivered  integer NOT NULL DEFAULT 0,
    items_not        integer NOT NULL DEFAULT 0,
    next_due         date,
    version          integer NOT NULL
);
CREATE INDEX support_case_open ON support_case (next_due, number) WHERE state <> 'closed';
CREATE INDEX support_case_worker ON support_case (worker, number);

CREATE TABLE support_item (
    item_id      uuid PRIMARY KEY,
    number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    case_id      uuid NOT NULL REFERENCES support_case (case_id),
    item_type    text NOT NULL,
    due_on       date NOT NULL,
    state        text NOT NULL CHECK (state IN ('scheduled', 'delivered', 'not_delivered')),
    outcome      text,
    reason       text,
    worker_name  text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    settled_at   timestamptz,
    version      integer NOT NULL
);
CREATE INDEX support_item_of_case ON support_item (case_id, due_on);
CREATE INDEX support_item_due ON support_item (due_on) WHERE state = 'scheduled';
