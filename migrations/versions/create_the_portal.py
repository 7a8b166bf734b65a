"""Create the portal: the organisation, accounts, programmes with rounds, plans, and the records of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "create_the_portal"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = "the audit log is append-only"


def upgrade() -> None:
    """Make every table, those first to which others point, and let nobody change the audit log."""
    _create_organisation()
    _create_accounts()
    _create_programmes()
    _create_enrolments()
    _create_plans()
    _create_records()
    _seal_audit_log()


def downgrade() -> None:
    """Take every table away, those last to which others point."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_log_sealed ON audit_log")
        op.execute("DROP TRIGGER audit_log_kept ON audit_log")
        op.execute("DROP FUNCTION refuse_change_of_audit_log()")
    for table in (
        "audit_log",
        "erasures",
        "letters",
        "imports",
        "past_pairings",
        "unpaired",
        "pairings",
        "plans",
        "wishes",
        "places",
        "enrolments",
        "rounds",
        "policy_versions",
        "programmes",
        "attempts",
        "tokens",
        "sessions",
        "grants",
        "users",
        "person_settings",
        "lines",
        "people",
    ):
        op.drop_table(table)


def _create_organisation() -> None:
    op.create_table(
        "people",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("folded_email", sa.String(length=254), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("division", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column(
            "sort_name",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("person_id <> ''", name=op.f("ck_people_person_id_given")),
        sa.CheckConstraint("status IN ('active', 'leave', 'left')", name=op.f("ck_people_status_known")),
        sa.CheckConstraint("level IS NULL OR level BETWEEN -99 AND 999", name=op.f("ck_people_level_in_range")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_people")),
        sa.UniqueConstraint("person_id", name=op.f("uq_people_person_id")),
    )
    op.create_index("ix_people_department_key", "people", ["department", "key"], unique=False)
    op.create_index(op.f("ix_people_folded_email"), "people", ["folded_email"], unique=False)
    op.create_index("ix_people_sort_name_key", "people", ["sort_name", "key"], unique=False)
    op.create_table(
        "lines",
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("over_key", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind <> 'solid' OR position = 0", name=op.f("ck_lines_one_solid")),
        sa.CheckConstraint("kind IN ('solid', 'dotted', 'evaluator', 'previous')", name=op.f("ck_lines_kind_known")),
        sa.CheckConstraint("person_key <> over_key", name=op.f("ck_lines_over_somebody_else")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_lines_position_counted")),
        sa.ForeignKeyConstraint(["over_key"], ["people.key"], name=op.f("fk_lines_over_key"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_lines_person_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_key", "kind", "position", name=op.f("pk_lines")),
        sa.UniqueConstraint("person_key", "kind", "over_key", name=op.f("uq_lines_person_key_kind_over_key")),
    )
    op.create_index("ix_lines_over_key_kind", "lines", ["over_key", "kind"], unique=False)
    op.create_table(
        "person_settings",
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("wants_reminders", sa.Boolean(), nullable=False),
        sa.CheckConstraint("theme IN ('light', 'dark', 'system')", name=op.f("ck_person_settings_theme_known")),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=op.f("fk_person_settings_person_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_person_settings")),
    )


def _create_accounts() -> None:
    op.create_table(
        "users",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_key", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email <> ''", name=op.f("ck_users_email_given")),
        sa.CheckConstraint("state <> 'active' OR password_hash <> ''", name=op.f("ck_users_active_has_password")),
        sa.CheckConstraint("state IN ('invited', 'active', 'disabled', 'erased')", name=op.f("ck_users_state_known")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_users_person_key"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("person_key", name=op.f("uq_users_person_key")),
    )
    op.create_table(
        "grants",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("user_key", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('hr', 'auditor', 'administrator')", name=op.f("ck_grants_role_known")),
        sa.CheckConstraint("ended_at >= granted_at", name=op.f("ck_grants_ends_after_it_began")),
        sa.CheckConstraint("granted_by <> user_key", name=op.f("ck_grants_by_somebody_else")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.key"], name=op.f("fk_grants_ended_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["granted_by"], ["users.key"], name=op.f("fk_grants_granted_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_key"], ["users.key"], name=op.f("fk_grants_user_key"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_grants")),
    )
    op.create_index(
        "uq_grants_user_key_role",
        "grants",
        ["user_key", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_key", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=80), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sessions_expires_after_it_began")),
        sa.ForeignKeyConstraint(["user_key"], ["users.key"], name=op.f("fk_sessions_user_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_sessions_id_hash")),
    )
    op.create_index("ix_sessions_user_key_ended_at", "sessions", ["user_key", "ended_at"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_key", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(user_key IS NULL) = (kind = 'first-administrator')", name=op.f("ck_tokens_for_somebody")),
        sa.CheckConstraint("kind IN ('invitation', 'reset', 'first-administrator')", name=op.f("ck_tokens_kind_known")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_tokens_expires_after_it_began")),
        sa.ForeignKeyConstraint(["user_key"], ["users.key"], name=op.f("fk_tokens_user_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index("ix_tokens_user_key_kind", "tokens", ["user_key", "kind"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_attempts_counted")),
        sa.PrimaryKeyConstraint("scope", "name_hash", name=op.f("pk_attempts")),
    )


def _create_programmes() -> None:
    op.create_table(
        "programmes",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("folded_name <> ''", name=op.f("ck_programmes_named")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_programmes")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_programmes_folded_name")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("author_key", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_policy_versions_digest_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_policy_versions_number_counted")),
        sa.ForeignKeyConstraint(
            ["author_key"], ["users.key"], name=op.f("fk_policy_versions_author_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programmes.key"], name=op.f("fk_policy_versions_programme_key"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("programme_key", "key", name=op.f("uq_policy_versions_programme_key_key")),
        sa.UniqueConstraint("programme_key", "number", name=op.f("uq_policy_versions_programme_key_number")),
    )
    op.create_table(
        "rounds",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.Integer(), nullable=False),
        sa.Column("policy_version_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("folded_name <> ''", name=op.f("ck_rounds_named")),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'matching', 'review', 'published', 'active', 'closed-out')",
            name=op.f("ck_rounds_state_known"),
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_rounds_closes_after_it_opens")),
        sa.CheckConstraint("ends_on >= closes_on", name=op.f("ck_rounds_ends_after_it_closes")),
        sa.CheckConstraint("length(seed_hash) = 64", name=op.f("ck_rounds_seed_hash_whole")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_rounds_revision_counted")),
        sa.ForeignKeyConstraint(
            ["programme_key", "policy_version_key"],
            ["policy_versions.programme_key", "policy_versions.key"],
            name=op.f("fk_rounds_programme_key_policy_version_key"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programmes.key"], name=op.f("fk_rounds_programme_key"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rounds")),
        sa.UniqueConstraint("programme_key", "folded_name", name=op.f("uq_rounds_programme_key_folded_name")),
    )
    op.create_index(op.f("ix_rounds_programme_key"), "rounds", ["programme_key"], unique=False)


def _create_enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("round_key", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("max_mentors", sa.Integer(), nullable=False),
        sa.Column("max_mentees", sa.Integer(), nullable=False),
        sa.Column("accepted_mentees", sa.Integer(), nullable=False),
        sa.Column("skills_wanted", sa.JSON(), nullable=False),
        sa.Column("skills_offered", sa.JSON(), nullable=False),
        sa.Column("target_area", sa.String(length=200), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("hours_per_month", sa.Double(), nullable=True),
        sa.Column("meeting_rhythm", sa.String(length=20), nullable=True),
        sa.Column("trained", sa.Boolean(), nullable=True),
        sa.Column("waiting_rounds", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "meeting_rhythm IN ('weekly', 'fortnightly', 'monthly')", name=op.f("ck_enrolments_meeting_rhythm_known")
        ),
        sa.CheckConstraint("state IN ('draft', 'enrolled', 'withdrawn')", name=op.f("ck_enrolments_state_known")),
        sa.CheckConstraint(
            "accepted_mentees BETWEEN 0 AND max_mentees", name=op.f("ck_enrolments_places_not_overbooked")
        ),
        sa.CheckConstraint("hours_per_month BETWEEN 0 AND 744", name=op.f("ck_enrolments_hours_in_range")),
        sa.CheckConstraint("max_mentees BETWEEN 0 AND 20", name=op.f("ck_enrolments_mentees_in_range")),
        sa.CheckConstraint("max_mentors BETWEEN 0 AND 20", name=op.f("ck_enrolments_mentors_in_range")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_enrolments_revision_counted")),
        sa.CheckConstraint("waiting_rounds >= 0", name=op.f("ck_enrolments_waiting_counted")),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=op.f("fk_enrolments_person_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["round_key"], ["rounds.key"], name=op.f("fk_enrolments_round_key"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("round_key", "person_key", name=op.f("uq_enrolments_round_key_person_key")),
    )
    op.create_index("ix_enrolments_person_key", "enrolments", ["person_key"], unique=False)
    op.create_table(
        "places",
        sa.Column("enrolment_key", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "direction IN ('upward', 'downward', 'reverse', 'peer', 'forward')", name=op.f("ck_places_direction_known")
        ),
        sa.CheckConstraint("role IN ('mentor', 'mentee')", name=op.f("ck_places_role_known")),
        sa.CheckConstraint("count BETWEEN 0 AND 20", name=op.f("ck_places_count_in_range")),
        sa.ForeignKeyConstraint(
            ["enrolment_key"], ["enrolments.key"], name=op.f("fk_places_enrolment_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("enrolment_key", "role", "direction", name=op.f("pk_places")),
    )
    op.create_table(
        "wishes",
        sa.Column("enrolment_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('prefers', 'rather-not', 'avoids', 'conflicts')", name=op.f("ck_wishes_kind_known")
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_wishes_position_counted")),
        sa.ForeignKeyConstraint(
            ["enrolment_key"], ["enrolments.key"], name=op.f("fk_wishes_enrolment_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_wishes_person_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("enrolment_key", "kind", "position", name=op.f("pk_wishes")),
        sa.UniqueConstraint(
            "enrolment_key", "kind", "person_key", name=op.f("uq_wishes_enrolment_key_kind_person_key")
        ),
    )
    op.create_index("ix_wishes_person_key", "wishes", ["person_key"], unique=False)


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("round_key", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_plans_published_at_some_time")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_by IS NOT NULL", name=op.f("ck_plans_published_by_somebody")
        ),
        sa.CheckConstraint("state IN ('draft', 'published', 'discarded')", name=op.f("ck_plans_state_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plans_number_counted")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["users.key"], name=op.f("fk_plans_published_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["round_key"], ["rounds.key"], name=op.f("fk_plans_round_key"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plans")),
        sa.UniqueConstraint("round_key", "number", name=op.f("uq_plans_round_key_number")),
    )
    op.create_index(
        "uq_plans_round_key",
        "plans",
        ["round_key"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "pairings",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("plan_key", sa.Integer(), nullable=False),
        sa.Column("mentor_key", sa.Integer(), nullable=False),
        sa.Column("mentee_key", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "direction IN ('upward', 'downward', 'reverse', 'peer', 'forward')",
            name=op.f("ck_pairings_direction_known"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'ended')", name=op.f("ck_pairings_state_known")
        ),
        sa.CheckConstraint("band >= 0", name=op.f("ck_pairings_band_in_range")),
        sa.CheckConstraint("mentor_key <> mentee_key", name=op.f("ck_pairings_not_with_oneself")),
        sa.CheckConstraint("pass_number BETWEEN 0 AND 2", name=op.f("ck_pairings_pass_known")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_pairings_points_in_range")),
        sa.ForeignKeyConstraint(
            ["mentee_key"], ["people.key"], name=op.f("fk_pairings_mentee_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["mentor_key"], ["people.key"], name=op.f("fk_pairings_mentor_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_key"], ["plans.key"], name=op.f("fk_pairings_plan_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pairings")),
        sa.UniqueConstraint(
            "plan_key", "mentor_key", "mentee_key", name=op.f("uq_pairings_plan_key_mentor_key_mentee_key")
        ),
    )
    op.create_index("ix_pairings_mentee_key", "pairings", ["mentee_key"], unique=False)
    op.create_index("ix_pairings_mentor_key", "pairings", ["mentor_key"], unique=False)
    op.create_table(
        "unpaired",
        sa.Column("plan_key", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('mentor', 'mentee')", name=op.f("ck_unpaired_role_known")),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=op.f("fk_unpaired_person_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_key"], ["plans.key"], name=op.f("fk_unpaired_plan_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_key", "person_key", "role", name=op.f("pk_unpaired")),
    )
    op.create_index("ix_unpaired_person_key", "unpaired", ["person_key"], unique=False)
    op.create_table(
        "past_pairings",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("mentor_key", sa.Integer(), nullable=False),
        sa.Column("mentee_key", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("round_name", sa.String(length=200), nullable=False),
        sa.Column("started", sa.Date(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "direction IN ('upward', 'downward', 'reverse', 'peer', 'forward')",
            name=op.f("ck_past_pairings_direction_known"),
        ),
        sa.CheckConstraint("ended >= started", name=op.f("ck_past_pairings_ends_after_it_began")),
        sa.CheckConstraint("mentor_key <> mentee_key", name=op.f("ck_past_pairings_not_with_oneself")),
        sa.ForeignKeyConstraint(
            ["mentee_key"], ["people.key"], name=op.f("fk_past_pairings_mentee_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["mentor_key"], ["people.key"], name=op.f("fk_past_pairings_mentor_key"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_past_pairings")),
        sa.UniqueConstraint(
            "mentor_key",
            "mentee_key",
            "direction",
            "round_name",
            name=op.f("uq_past_pairings_mentor_key_mentee_key_direction_round_name"),
        ),
    )
    op.create_index("ix_past_pairings_mentee_key", "past_pairings", ["mentee_key"], unique=False)


def _create_records() -> None:
    op.create_table(
        "imports",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("data_digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("problems", sa.LargeBinary(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("done_share", sa.Double(), nullable=False),
        sa.Column("author_key", sa.Integer(), nullable=True),
        sa.Column("applicant_key", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('applied', 'failed', 'discarded') OR content IS NOT NULL",
            name=op.f("ck_imports_content_until_applied"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'previewing', 'previewed', 'queued', 'applying', 'applied', 'stale', 'interrupted', "
            "'failed', 'discarded')",
            name=op.f("ck_imports_state_known"),
        ),
        sa.CheckConstraint("done_share BETWEEN 0 AND 1", name=op.f("ck_imports_progress_is_a_share")),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_imports_attempt_counted")),
        sa.ForeignKeyConstraint(
            ["applicant_key"], ["users.key"], name=op.f("fk_imports_applicant_key"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["author_key"], ["users.key"], name=op.f("fk_imports_author_key"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_imports")),
    )
    op.create_index(
        "uq_imports_state",
        "imports",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'applying'"),
        postgresql_where=sa.text("state = 'applying'"),
    )
    op.create_table(
        "letters",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_key", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_letters_state_known")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_letters_tries_counted")),
        sa.ForeignKeyConstraint(["user_key"], ["users.key"], name=op.f("fk_letters_user_key"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_letters")),
        sa.UniqueConstraint("occasion", name=op.f("uq_letters_occasion")),
    )
    op.create_index("ix_letters_state_due_at", "letters", ["state", "due_at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("person_key", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("erased_by", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["erased_by"], ["users.key"], name=op.f("fk_erasures_erased_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=op.f("fk_erasures_person_key"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_erasures")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_erasures_id_hash")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_erasures_pseudonym")),
    )
    op.create_table(
        "audit_log",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(hash) = 64 AND length(previous_hash) = 64", name=op.f("ck_audit_log_hashes_whole")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_audit_log_sequence_counted")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_log_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_log_previous_hash")),
    )
    op.create_index(op.f("ix_audit_log_action"), "audit_log", ["action"], unique=False)
    op.create_index(op.f("ix_audit_log_subject"), "audit_log", ["subject"], unique=False)


def _seal_audit_log() -> None:
    """Let the database refuse to change, delete, empty or replace entries of the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        op.execute(f"CREATE TRIGGER audit_log_not_changed BEFORE UPDATE ON audit_log {refuse}")
        op.execute(f"CREATE TRIGGER audit_log_not_deleted BEFORE DELETE ON audit_log {refuse}")
        # INSERT OR REPLACE would delete without a word: an entry may only follow the last one.
        follows = "NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_log)"
        op.execute(f"CREATE TRIGGER audit_log_follows BEFORE INSERT ON audit_log WHEN {follows} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    refuse = "EXECUTE FUNCTION refuse_change_of_audit_log()"
    op.execute(f"CREATE TRIGGER audit_log_sealed BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW {refuse}")
    op.execute(f"CREATE TRIGGER audit_log_kept BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT {refuse}")
