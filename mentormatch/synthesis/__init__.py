"""Made-up organisations from a seed: people, enrolments and past rounds for demonstrations, tests and measurements."""
