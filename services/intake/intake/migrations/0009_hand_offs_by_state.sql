-- One page of the hand-offs in some states is found without reading those in all the others.
create index referral_of_state on referral (state, number desc);
