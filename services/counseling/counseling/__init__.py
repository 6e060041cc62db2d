"""Counseling: enrolments of young people in the perpetrator programme, and their sessions."""
