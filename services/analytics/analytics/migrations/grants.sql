grant execute on function statistics_create(), statistics_switch(integer), statistics_drop(integer) to :role;
revoke insert, update, delete on statistics_generation from :role;
grant update (reducer) on statistics_generation to :role;
