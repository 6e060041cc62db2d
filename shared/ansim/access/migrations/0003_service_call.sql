-- Tokens of other services' calls that were used, until they would have expired anyway: none is good twice. Times are seconds
-- since 1970 by the receiving process's clock, as in the tokens.
create table service_call (
    jti        uuid             primary key,
    caller     text             not null,
    expires_at double precision not null
);
create index service_call_expires on service_call (expires_at);
