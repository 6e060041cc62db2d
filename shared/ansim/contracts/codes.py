"""Code lists of the centre, version 1: stable codes with Korean and English labels.

A code never changes its meaning. Widening a list breaks consumers of older versions, so it takes a new
`CODE_LIST_VERSION` and new event versions (DOMAIN §3). Labels may be reworded at any time.
"""

from enum import StrEnum
from typing import Final

CODE_LIST_VERSION: Final = 1


class AgeBand(StrEnum):
    UNDER_14 = "under_14"
    AGE_14_16 = "14_16"
    AGE_17_18 = "17_18"
    AGE_19_24 = "19_24"
    AGE_25_PLUS = "25_plus"
    UNKNOWN = "unknown"


class SchoolLevel(StrEnum):
    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    OUT_OF_SCHOOL = "out_of_school"
    UNKNOWN = "unknown"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class District(StrEnum):
    DOBONG = "dobong"
    DONGDAEMUN = "dongdaemun"
    DONGJAK = "dongjak"
    EUNPYEONG = "eunpyeong"
    GANGBUK = "gangbuk"
    GANGDONG = "gangdong"
    GANGNAM = "gangnam"
    GANGSEO = "gangseo"
    GEUMCHEON = "geumcheon"
    GURO = "guro"
    GWANAK = "gwanak"
    GWANGJIN = "gwangjin"
    JONGNO = "jongno"
    JUNG = "jung"
    JUNGNANG = "jungnang"
    MAPO = "mapo"
    NOWON = "nowon"
    SEOCHO = "seocho"
    SEODAEMUN = "seodaemun"
    SEONGBUK = "seongbuk"
    SEONGDONG = "seongdong"
    SONGPA = "songpa"
    YANGCHEON = "yangcheon"
    YEONGDEUNGPO = "yeongdeungpo"
    YONGSAN = "yongsan"
    OUTSIDE_SEOUL = "outside_seoul"
    UNKNOWN = "unknown"


class YesNoUnknown(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Language(StrEnum):
    KO = "ko"
    EN = "en"


class Motive(StrEnum):
    NOT_SERIOUS = "not_serious"
    FUN = "fun"
    CURIOSITY = "curiosity"
    IMPULSIVE = "impulsive"
    IMITATION = "imitation"
    THOUGHT_CONSENSUAL = "thought_consensual"
    MONEY = "money"
    COERCION = "coercion"
    REVENGE = "revenge"
    OTHER = "other"
    DECLINED = "declined"


LACK_OF_AWARENESS: Final = frozenset(
    {
        Motive.NOT_SERIOUS,
        Motive.FUN,
        Motive.CURIOSITY,
        Motive.IMPULSIVE,
        Motive.IMITATION,
        Motive.THOUGHT_CONSENSUAL,
    }
)
"""Motive group `lack_of_awareness`, version 1 (DOMAIN §3): the union behind the published 96 %."""


class ActType(StrEnum):
    MEDIA_DISTRIBUTION = "media_distribution"
    CAMERA_FILMING = "camera_filming"
    POSSESSION = "possession"
    FALSE_VIDEO = "false_video"
    THREAT_TO_DISTRIBUTE = "threat_to_distribute"
    GROOMING = "grooming"
    HARASSMENT = "harassment"
    OTHER = "other"


class ActChannel(StrEnum):
    SOCIAL_NETWORK = "social_network"
    WEBSITE = "website"
    MESSENGER = "messenger"
    GAME = "game"
    COMMUNITY = "community"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class HarmType(StrEnum):
    ILLEGAL_FILMING = "illegal_filming"
    DISTRIBUTION = "distribution"
    REDISTRIBUTION = "redistribution"
    THREAT_TO_DISTRIBUTE = "threat_to_distribute"
    FEAR_OF_DISTRIBUTION = "fear_of_distribution"
    FALSE_VIDEO = "false_video"
    GROOMING = "grooming"
    SEXTORTION = "sextortion"
    CYBER_HARASSMENT = "cyber_harassment"
    PERSONAL_DATA_EXPOSURE = "personal_data_exposure"
    OTHER = "other"


class ReporterRole(StrEnum):
    VICTIM = "victim"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    WITNESS = "witness"
    PLATFORM = "platform"
    AGENCY = "agency"
    ANONYMOUS = "anonymous"


class Severity(StrEnum):
    EMERGENCY = "emergency"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ReportOutcome(StrEnum):
    REFERRED_ON = "referred_on"
    ANSWERED = "answered"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    BAD_FAITH = "bad_faith"
    WITHDRAWN_BY_REPORTER = "withdrawn_by_reporter"


class EnrolmentSource(StrEnum):
    SCHOOL_COMMITTEE_ORDER = "school_committee_order"
    TEACHER_REQUEST = "teacher_request"
    PARENT_REQUEST = "parent_request"
    SELF = "self"
    COURT = "court"
    POLICE = "police"


class SupportItemType(StrEnum):
    COUNSELLING = "counselling"
    POLICE_ACCOMPANIMENT = "police_accompaniment"
    COMPLAINT_WRITING = "complaint_writing"
    DELETION = "deletion"
    LEGAL = "legal"
    MEDICAL = "medical"
    PSYCHOLOGICAL = "psychological"
    DAILY_RECOVERY = "daily_recovery"


class ItemOutcome(StrEnum):
    COMPLETED = "completed"
    PARTLY_COMPLETED = "partly_completed"
    CONTINUES = "continues"


class NotDeliveredReason(StrEnum):
    PERSON_CANCELLED = "person_cancelled"
    PERSON_ABSENT = "person_absent"
    CENTRE_CANCELLED = "centre_cancelled"
    NO_LONGER_NEEDED = "no_longer_needed"


class CaseOutcome(StrEnum):
    GOALS_MET = "goals_met"
    PERSON_ENDED = "person_ended"
    MOVED_ON = "moved_on"
    CONTACT_LOST = "contact_lost"


class RescheduleReason(StrEnum):
    PERSON_ASKED = "person_asked"
    PROVIDER = "provider"
    WORKER = "worker"
    APPOINTMENT_MOVED = "appointment_moved"


class ConsentPurpose(StrEnum):
    """What something may be handed over for."""

    INVESTIGATION = "investigation"
    DELETION = "deletion"
    WATCHING = "watching"
    LEGAL_ADVICE = "legal_advice"
    TREATMENT = "treatment"
    PROTECTION = "protection"


class ConsentRecipient(StrEnum):
    POLICE = "police"
    NATIONAL_CENTRE = "national_centre"
    REGULATOR = "regulator"
    PLATFORMS = "platforms"
    MONITORING = "monitoring"
    LEGAL_AID = "legal_aid"
    MEDICAL = "medical"
    SCHOOL_OFFICE = "school_office"
    CRISIS_LINE_1366 = "crisis_line_1366"
    GUARDIAN = "guardian"


class ConsentContent(StrEnum):
    """What is handed over, or expressly not."""

    CASE_SUMMARY = "case_summary"
    POST_ADDRESSES = "post_addresses"
    EVIDENCE_LIST = "evidence_list"
    IDENTITY = "identity"
    CONTACT = "contact"
    SCHOOL = "school"
    COUNSELLING_NOTES = "counselling_notes"
    MEDICAL_NOTES = "medical_notes"


class ConsentBy(StrEnum):
    """Whose consent it is."""

    PERSON = "person"
    GUARDIAN = "guardian"


class CaseReopenReason(StrEnum):
    REDISTRIBUTION = "redistribution"
    NEW_HARM = "new_harm"


class AssignmentReason(StrEnum):
    """Why a case went to a team or worker."""

    TRANSFER = "transfer"
    WORKER_LEAVES = "worker_leaves"
    WORKLOAD = "workload"
    PERSON_ASKED = "person_asked"
    RECUSAL = "recusal"


class ReferralTarget(StrEnum):
    VICTIM_SUPPORT = "victim_support"
    COUNSELING = "counseling"
    MONITORING = "monitoring"
    POLICE = "police"
    NATIONAL_CENTRE = "national_centre"
    REGULATOR = "regulator"
    SCHOOL_OFFICE = "school_office"
    CRISIS_LINE_1366 = "crisis_line_1366"
    LEGAL_AID = "legal_aid"
    MEDICAL = "medical"


class LegalBasis(StrEnum):
    CONSENT = "consent"
    GUARDIAN_CONSENT = "guardian_consent"
    STATUTORY_DUTY = "statutory_duty"
    VITAL_INTEREST = "vital_interest"


class ConsentState(StrEnum):
    GIVEN = "given"
    OVERRIDDEN = "overridden"


class OverrideReason(StrEnum):
    LIFE_IN_DANGER = "life_in_danger"
    LEGAL_DUTY_TO_REPORT = "legal_duty_to_report"
    CANNOT_CONSENT = "cannot_consent"


class ReferralAnswer(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class AnsweredBy(StrEnum):
    CLIENT = "client"
    PROVIDER = "provider"


class RejectionReason(StrEnum):
    NOT_OUR_TASK = "not_our_task"
    NO_CAPACITY = "no_capacity"
    ALREADY_SUPPORTED = "already_supported"
    CLIENT_DECLINED = "client_declined"
    CANNOT_REACH = "cannot_reach"


class ConsentGiver(StrEnum):
    YOUTH = "youth"
    GUARDIAN = "guardian"


class DeclineReason(StrEnum):
    CONSENT_REFUSED = "consent_refused"
    NOT_SUITABLE = "not_suitable"
    MOVED_AWAY = "moved_away"
    OTHER_PROGRAMME = "other_programme"


class DiscontinuedReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    MOVED_AWAY = "moved_away"
    ABSENT = "absent"
    MEASURE_ENDED = "measure_ended"


class CancelledBy(StrEnum):
    YOUTH = "youth"
    GUARDIAN = "guardian"
    COUNSELLOR = "counsellor"
    CENTRE = "centre"


class LeftReason(StrEnum):
    OWN_WISH = "own_wish"
    WELL_BEING = "well_being"
    TERM_ENDED = "term_ended"
    RULES_BROKEN = "rules_broken"


class Platform(StrEnum):
    """Invented platforms: the real register is the centre's own data and comes with its configuration."""

    VIDEO_GA = "video_ga"
    COMMUNITY_NA = "community_na"
    BOARD_DA = "board_da"
    CHAT_RA = "chat_ra"
    GAME_MA = "game_ma"
    OTHER = "other"


class PlatformAction(StrEnum):
    DELETED = "deleted"
    TEMPORARILY_RESTRICTED = "temporarily_restricted"
    SUSPENDED = "suspended"
    ACCOUNT_CLOSED = "account_closed"
    ACCESS_BLOCKED = "access_blocked"
    DELISTED = "delisted"
    REFUSED = "refused"
    NO_RESPONSE = "no_response"


class CheckResult(StrEnum):
    STILL_UP = "still_up"
    GONE = "gone"
    ACCESS_BLOCKED_HERE = "access_blocked_here"
    LOGIN_WALL = "login_wall"
    MOVED = "moved"
    ERROR = "error"


class ReportChannel(StrEnum):
    PLATFORM_FORM = "platform_form"
    PLATFORM_EMAIL = "platform_email"
    TRUSTED_CHANNEL = "trusted_channel"
    IN_APP = "in_app"


class SightingCategory(StrEnum):
    DISTRIBUTION = "distribution"
    NONCONSENSUAL_REDISTRIBUTION = "nonconsensual_redistribution"
    FALSE_VIDEO = "false_video"
    ILLEGAL_FILMING = "illegal_filming"
    HARASSMENT = "harassment"
    GROOMING = "grooming"
    EXPLOITATION_OF_MINORS = "exploitation_of_minors"
    UNSURE = "unsure"


class SightingRejection(StrEnum):
    NOT_ILLEGAL = "not_illegal"
    ALREADY_KNOWN = "already_known"
    ADDRESS_WRONG = "address_wrong"


class DepictedAge(StrEnum):
    ADULT = "adult"
    MINOR = "minor"
    NOT_IDENTIFIABLE = "not_identifiable"


class DepictedGender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    NOT_IDENTIFIABLE = "not_identifiable"


class DeadlineRule(StrEnum):
    """What a period is for. Each service keeps the rules of its own clocks."""

    ACKNOWLEDGE = "acknowledge"
    ACKNOWLEDGE_EMERGENCY = "acknowledge_emergency"
    TRIAGE = "triage"
    DECIDE_EMERGENCY = "decide_emergency"
    DECIDE_HIGH = "decide_high"
    DECIDE_MEDIUM = "decide_medium"
    DECIDE_LOW = "decide_low"
    ARRIVAL = "arrival"
    ARRIVAL_OUTSIDE = "arrival_outside"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN_WINDOW = "reopen_window"
    LAPSE = "lapse"
    REPLY = "reply"
    MAILBOX = "mailbox"
    PLATFORM_ANSWER = "platform_answer"
    RECHECK = "recheck"
    RECHECK_GONE = "recheck_gone"
    RETAIN_REFERRED_ON = "retain_referred_on"
    RETAIN_ANSWERED = "retain_answered"
    RETAIN_OUT_OF_SCOPE = "retain_out_of_scope"
    RETAIN_DUPLICATE = "retain_duplicate"
    RETAIN_BAD_FAITH = "retain_bad_faith"
    RETAIN_WITHDRAWN = "retain_withdrawn"
    RETAIN_SUPPORTED = "retain_supported"
    RETAIN_CONTACT_LOST = "retain_contact_lost"
    RETENTION_WARNING = "retention_warning"
    RETENTION_GRACE = "retention_grace"
    DISCLOSURE_DECISION = "disclosure_decision"
    DISCLOSURE_VIEW = "disclosure_view"
    ERASURE = "erasure"


class RuleChangeReason(StrEnum):
    LAW = "law"
    AGREEMENT = "agreement"
    CAPACITY = "capacity"
    CORRECTION = "correction"


class RecusalReason(StrEnum):
    """Why somebody must not see a person's records."""

    KNOWS_PERSON = "knows_person"
    KNOWS_OTHER_SIDE = "knows_other_side"
    NAMED_IN_RECORD = "named_in_record"
    OTHER_ROLE = "other_role"
    OTHER = "other"


class RecusalSaidBy(StrEnum):
    SELF = "self"
    SUPERVISOR = "supervisor"


class ReadmissionReason(StrEnum):
    NO_CONFLICT = "no_conflict"
    CONFLICT_ENDED = "conflict_ended"
    BY_MISTAKE = "by_mistake"


class ReopenReason(StrEnum):
    NEW_FACTS = "new_facts"
    REPORTER_ASKED = "reporter_asked"
    CLOSED_BY_MISTAKE = "closed_by_mistake"
    REDISTRIBUTION = "redistribution"
    NEW_HARM = "new_harm"
    RECEIVER_DECLINED = "receiver_declined"


class ReportRelation(StrEnum):
    """How a report belongs to another one."""

    SAME_MATTER = "same_matter"
    DUPLICATE_OF = "duplicate_of"


class RevokeReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    SENT_BY_MISTAKE = "sent_by_mistake"
    OTHER_RECEIVER = "other_receiver"


class OutsideAnswer(StrEnum):
    """What a body outside the suite said, as our staff heard it."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    COMPLETED = "completed"


class ReferralProgress(StrEnum):
    """What a receiver says of a hand-off that it has accepted."""

    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    FAILED = "failed"
    DECLINED_AFTER_ACCEPTANCE = "declined_after_acceptance"


class HoldFor(StrEnum):
    """Whose turn it is while a receiver's work is on hold."""

    PERSON = "person"
    GUARDIAN = "guardian"
    POLICE = "police"
    COURT = "court"
    PLATFORM = "platform"
    OTHER_AGENCY = "other_agency"


class SenderEnding(StrEnum):
    """Why a hand-off is offered no longer: its sender took it back, or waited long enough."""

    REVOKED = "revoked"
    LAPSED = "lapsed"


class HeardBy(StrEnum):
    """By what way staff heard an outside body's answer."""

    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"


class MessageAuthor(StrEnum):
    """Who wrote into a mailbox."""

    REPORTER = "reporter"
    STAFF = "staff"


class HandOverPart(StrEnum):
    """What of a report's sealed data may be handed over with a referral."""

    NARRATIVE = "narrative"
    CONTACT = "contact"


class HandOverGap(StrEnum):
    """Why a receiver has none of the sealed data that it asked for."""

    ERASED = "erased"
    REFUSED = "refused"


class ExportedList(StrEnum):
    """Lists that may leave the house as a file."""

    REPORTS = "reports"
    HAND_OFFS = "hand_offs"
    REFERRALS = "referrals"
    CASES = "cases"
    ITEMS = "items"


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class ExportReason(StrEnum):
    """Why a list left the house."""

    REVIEW = "review"
    AUTHORITY = "authority"
    FUNDING_REPORT = "funding_report"
    WORK_PLANNING = "work_planning"
    RESEARCH = "research"
    OTHER = "other"


class ExportColumn(StrEnum):
    """Columns of exported lists; their labels are the headings."""

    NUMBER = "number"
    CASE_NUMBER = "case_number"
    REPORT_NUMBER = "report_number"
    STATE = "state"
    SEVERITY = "severity"
    HARM_TYPES = "harm_types"
    REPORTER_ROLE = "reporter_role"
    MINOR = "minor"
    AGE_BAND = "age_band"
    GENDER = "gender"
    DISTRICT = "district"
    LANGUAGE = "language"
    OUTCOME = "outcome"
    REASON = "reason"
    ANSWERED_BY = "answered_by"
    TARGET = "target"
    CONSENT = "consent"
    LEGAL_BASIS = "legal_basis"
    RECEIVED_AT = "received_at"
    ACKNOWLEDGED_AT = "acknowledged_at"
    TRIAGED_AT = "triaged_at"
    CLOSED_AT = "closed_at"
    SENT_AT = "sent_at"
    ANSWERED_AT = "answered_at"
    OPENED_AT = "opened_at"
    SAFETY_AT = "safety_at"
    PLAN_AT = "plan_at"
    SETTLED_AT = "settled_at"
    DUE_AT = "due_at"
    DUE_ON = "due_on"
    MISSED = "missed"
    ITEM_TYPE = "item_type"
    ITEMS_OPEN = "items_open"
    ITEMS_DELIVERED = "items_delivered"
    ITEMS_NOT = "items_not"


class RegulatorDecision(StrEnum):
    """What the communications standards regulator decided on one address."""

    DELETE = "delete"
    BLOCK_ACCESS = "block_access"
    NO_ACTION = "no_action"


class WatchAnswer(StrEnum):
    """What monitoring says to a wish to keep watching."""

    RECEIVED = "received"
    ACCEPTED = "accepted"


class ComplaintReceiver(StrEnum):
    """Who was given a copy of a complaint."""

    VICTIM = "victim"
    POLICE = "police"
    PROSECUTION = "prosecution"
    LAWYER = "lawyer"


class ReviewResult(StrEnum):
    """What the victim said of the draft of their complaint."""

    APPROVED = "approved"
    CHANGES_WANTED = "changes_wanted"


class HoldReason(StrEnum):
    """Why nothing of a person may be erased for the time being."""

    INVESTIGATION = "investigation"
    COURT = "court"
    COMPLAINT = "complaint"
    AUDIT = "audit"
    OTHER_DUTY = "other_duty"


class ErasureGround(StrEnum):
    """On what ground a person's data is to be destroyed."""

    PERSON_ASKED = "person_asked"
    KEEPING_EXPIRED = "keeping_expired"
    NOT_NEEDED = "not_needed"
    HELD_BY_MISTAKE = "held_by_mistake"


class ErasureRefusal(StrEnum):
    """Why an erasure is not done."""

    DUTY_TO_KEEP = "duty_to_keep"
    STILL_NEEDED = "still_needed"
    NEW_CONTENT = "new_content"
    NOT_THIS_PERSON = "not_this_person"


class SuiteService(StrEnum):
    """A service of the suite as events name it."""

    INTAKE = "intake"
    VICTIM_SUPPORT = "victim_support"
    COUNSELING = "counseling"
    MONITORING = "monitoring"
    ANALYTICS = "analytics"
