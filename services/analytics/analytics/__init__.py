"""Analytics: every figure of the centre, counted from the services' events and recountable at any time."""
