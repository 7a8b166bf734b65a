"""Skills in families with a long-tailed popularity, and interests."""

from zlib import crc32

import numpy as np

from mentormatch.synthesis.divisions import KIND_BY_NAME
from mentormatch.synthesis.draws import Integers, Stream, draw_choices_by_row, draw_flags

_FAMILY_TEXTS = {
    "Leadership": (
        "leading teams|giving feedback|delegation|decision making|leading change|strategic thinking"
        "|running meetings|building trust|conflict resolution|motivating people|succession planning"
        "|leading remote teams|crisis leadership|board work"
    ),
    "Communication": (
        "presenting|public speaking|negotiation|stakeholder communication|active listening|business writing"
        "|storytelling|persuasion|difficult conversations|executive briefing|visual communication"
        "|media interviews|speech writing|report editing"
    ),
    "Career": (
        "career planning|networking|time management|self-confidence|work-life balance|interview practice"
        "|goal setting|returning after leave|moving abroad|personal visibility|first hundred days|resilience"
        "|learning habits|promotion readiness"
    ),
    "Delivery": (
        "project planning|agile delivery|risk planning|budget control|programme governance|scope negotiation"
        "|kanban|vendor handling|benefits tracking|roadmapping|estimation|scrum facilitation"
        "|portfolio planning|handover planning"
    ),
    "Data": (
        "spreadsheets|data analysis|SQL|data visualisation|statistics|Python|dashboards|machine learning"
        "|data modelling|data quality|forecasting|experiment design|R|geospatial analysis"
    ),
    "Software": (
        "software design|code review|Java|web development|testing|version control|APIs|TypeScript|debugging"
        "|refactoring|mobile apps|Go|embedded software|compilers"
    ),
    "Infrastructure": (
        "cloud platforms|Linux|network design|security basics|containers|monitoring|incident response"
        "|identity and access|automation scripts|backup planning|penetration testing|storage systems"
        "|capacity planning|mainframes"
    ),
    "Finance": (
        "budgeting|financial statements|business cases|cost analysis|cash flow|controlling"
        "|investment appraisal|tax basics|pricing models|treasury|consolidation|valuation|hedging"
        "|transfer pricing"
    ),
    "Risk": (
        "risk assessment|internal controls|fraud awareness|business continuity|audit technique"
        "|insurance basics|credit risk|sanctions screening|scenario analysis|model validation|supplier risk"
        "|operational risk|claims|actuarial basics"
    ),
    "Selling": (
        "account planning|closing deals|prospecting|consultative selling|sales forecasting"
        "|contract negotiation|objection handling|partner sales|bid writing|customer interviews|tendering"
        "|category buying|auction design|export sales"
    ),
    "Markets": (
        "branding|market research|social media|content planning|campaign planning|search marketing"
        "|pricing strategy|event planning|public relations|copywriting|segmentation|sponsorship|media buying"
        "|trade fairs"
    ),
    "Product": (
        "product vision|user stories|prioritisation|product discovery|release planning|product metrics"
        "|user interviews|pricing experiments|product launch|backlog care|competitor analysis"
        "|life-cycle planning|product ethics|sunset planning"
    ),
    "Design": (
        "user experience|prototyping|visual design|accessibility|design systems|usability testing|typography"
        "|service design|illustration|motion design|information architecture|colour theory|packaging design"
        "|sound design"
    ),
    "Operations": (
        "lean methods|process mapping|root cause analysis|production planning|logistics|inventory control"
        "|maintenance planning|supplier development|safety culture|shift planning|warehouse layout"
        "|customs rules|fleet planning|energy efficiency"
    ),
    "Quality": (
        "quality standards|auditing|six sigma|document control|test planning|calibration|supplier audits"
        "|metrology|validation|inspection technique|corrective action|sampling plans"
        "|good manufacturing practice|laboratory accreditation"
    ),
    "People": (
        "coaching|recruiting|performance reviews|onboarding|learning design|employee relations|pay structures"
        "|workforce planning|inclusion practice|talent reviews|people analytics|labour agreements"
        "|wellbeing programmes|expatriate care"
    ),
    "Facilitation": (
        "workshop facilitation|mediation|mentoring skills|team building|training delivery|moderation"
        "|large group methods|design thinking|retrospectives|stakeholder mapping|change communication"
        "|community building|scenario workshops|appreciative inquiry"
    ),
    "Law": (
        "contract law|data protection|compliance basics|employment law|competition law|intellectual property"
        "|licensing|regulatory affairs|company law|litigation|export control|public procurement"
        "|environmental law|maritime law"
    ),
    "Science": (
        "scientific writing|laboratory methods|research funding|literature review|simulation"
        "|materials testing|clinical trials|patent search|peer review|chromatography|microscopy|bioinformatics"
        "|finite elements|spectroscopy"
    ),
    "Service": (
        "customer empathy|complaint handling|service recovery|call handling|knowledge bases|service levels"
        "|chat support|field service|customer training|service analytics|warranty handling|queue planning"
        "|community support|escalation handling"
    ),
    "Languages and Cultures": (
        "intercultural skills|business English|German|Spanish|French|Mandarin|Portuguese|Japanese|Arabic"
        "|Hindi|working across time zones|Polish|sign language|translation"
    ),
}
FAMILIES: dict[str, tuple[str, ...]] = {family: tuple(text.split("|")) for family, text in _FAMILY_TEXTS.items()}
"""Skills by family, in each from the most to the least popular."""

SKILLS: tuple[str, ...] = tuple(skill for family in FAMILIES.values() for skill in family)
"""All skills; other modules name a skill by its position here."""

FAMILY_WEIGHTS: dict[str, int] = {
    "Leadership": 96,
    "Communication": 48,
    "Career": 18,
    "Delivery": 4,
    "Data": 4,
    "People": 3,
}
"""What everybody wants to learn, whatever they do; a family that is not listed weighs 1."""

_INTERESTS_TEXT = (
    "reading|hiking|cooking|football|travel|cycling|music|gardening|photography|running|cinema|chess"
    "|swimming|volunteering|podcasts|baking|yoga|board games|painting|theatre|history|skiing|dogs|coffee"
    "|languages|climbing|tennis|camping|choir|guitar|science fiction|astronomy|dancing|sailing|cats"
    "|cricket|basketball|woodwork|sewing|poetry|badminton|fishing|birdwatching|martial arts|video games"
    "|opera|architecture|beekeeping|genealogy|motorcycles|pottery|rowing|surfing|model railways"
    "|calligraphy|karaoke|orienteering|amateur radio|magic tricks|stamps"
)
INTERESTS: tuple[str, ...] = tuple(_INTERESTS_TEXT.split("|"))
"""Leisure interests, from the most to the least common."""
INTEREST_WEIGHTS: tuple[int, ...] = tuple(1000 // (place + 4) for place in range(len(INTERESTS)))


def _weigh_skills(family_weights: dict[str, int], otherwise: int) -> list[int]:
    """Return a weight for each skill: its family's, falling with its place in the family (a power law)."""
    return [
        10_000 * family_weights.get(family, otherwise) // (place + 1) ** 2
        for family, skills in FAMILIES.items()
        for place in range(len(skills))
    ]


def find_families(division: str, department: str) -> tuple[str, ...]:
    """Return the families of skills at home in a unit; the name of a unit of an unknown kind picks two."""
    if division in KIND_BY_NAME:
        return KIND_BY_NAME[division].families
    names = tuple(FAMILIES)
    first = crc32((department or division).encode())
    return names[first % len(names)], names[(first // len(names)) % len(names)]


def draw_skills(stream: Stream, homes: list[tuple[str, ...]], picks_per_person: int, home_share: float) -> Integers:
    """Return picks of skills with replacement, a row a person.

    ``homes`` holds the families of each person's unit: from them comes the share ``home_share`` of the picks, while the
    rest follows the popularity of all skills.
    """
    kinds = sorted(set(homes))
    weights = [_weigh_skills(dict.fromkeys(kind, 1), 0) for kind in kinds] + [_weigh_skills(FAMILY_WEIGHTS, 1)]
    number = {kind: row for row, kind in enumerate(kinds)}
    rows = np.repeat(np.array([number[home] for home in homes], np.int64), picks_per_person)
    is_home = draw_flags(stream, home_share, rows.size)
    picks = draw_choices_by_row(stream, np.array(weights, np.int64), np.where(is_home, rows, len(kinds)))
    return picks.reshape(len(homes), picks_per_person)
