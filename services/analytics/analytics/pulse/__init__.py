"""The pulse: how many events flow and how fast they arrive. Approximate by purpose; nothing is counted here that matters."""
