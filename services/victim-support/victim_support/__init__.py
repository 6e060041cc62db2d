"""Victim support: receives referrals, runs cases, plans and delivers support items (지원 건)."""
