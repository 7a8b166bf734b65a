"""The divisions that made-up organisations can have: their departments, roles and skills."""

from dataclasses import dataclass

EXECUTIVE = "Executive Office"
PEOPLE_DIVISION = "Human Resources"


@dataclass(frozen=True, slots=True)
class DivisionKind:
    """A kind of division: its departments with the role in each, and the families of skills that are at home there."""

    name: str
    families: tuple[str, ...]
    departments: tuple[tuple[str, str], ...]


def _kind(name: str, families: str, departments: str) -> DivisionKind:
    """Read a kind from lists: families with ``|`` between them, and ``department: role`` with ``;`` between them."""
    pairs = (entry.split(": ") for entry in departments.split("; "))
    return DivisionKind(name, tuple(families.split("|")), tuple((department, role) for department, role in pairs))


DIVISION_KINDS: tuple[DivisionKind, ...] = (
    _kind(
        "Operations",
        "Operations|Delivery|Quality",
        "Plant Operations: Production Planner; Process Improvement: Process Engineer; "
        "Field Services: Field Service Technician; Facilities: Facilities Coordinator; "
        "Health and Safety: Safety Adviser; Maintenance: Maintenance Engineer; "
        "Quality Assurance: Quality Inspector; Production Control: Production Controller; "
        "Energy Services: Energy Analyst; Tooling: Tool Maker; Packaging: Packaging Specialist; "
        "Operations Analytics: Operations Analyst; Site Logistics: Logistics Coordinator; "
        "Commissioning: Commissioning Engineer; Workshop Services: Workshop Technician; "
        "Environmental Services: Environmental Adviser",
    ),
    _kind(
        "Technology",
        "Software|Data|Infrastructure",
        "Platform Engineering: Platform Engineer; Data Engineering: Data Engineer; "
        "Application Development: Software Developer; Information Security: Security Analyst; "
        "Network Services: Network Engineer; Workplace Technology: Support Engineer; "
        "Enterprise Architecture: Solution Architect; Data Science: Data Scientist; "
        "Test Automation: Test Engineer; Cloud Operations: Cloud Engineer; Business Systems: Systems Analyst; "
        "Integration Services: Integration Developer; Mobile Development: Mobile Developer; "
        "Database Services: Database Administrator; Identity Services: Identity Specialist; "
        "Service Desk: Service Desk Agent",
    ),
    _kind(
        "Human Resources",
        "People|Facilitation|Law",
        "Business Partnering: HR Partner; Talent Acquisition: Recruiter; "
        "Learning and Development: Learning Designer; Reward: Reward Analyst; "
        "Employee Relations: Employee Relations Adviser; People Analytics: People Analyst; "
        "Payroll: Payroll Specialist; Wellbeing: Wellbeing Adviser; Inclusion: Inclusion Adviser; "
        "Organisation Design: Organisation Designer; HR Services: HR Administrator; "
        "Global Mobility: Mobility Adviser; Early Careers: Early Careers Adviser; "
        "Leadership Development: Leadership Coach",
    ),
    _kind(
        "Sales",
        "Selling|Markets|Languages and Cultures",
        "Key Accounts: Account Executive; Inside Sales: Sales Representative; Partner Sales: Partner Adviser; "
        "Sales Operations: Sales Analyst; Public Sector Sales: Account Executive; "
        "Solution Sales: Solution Consultant; Bids and Proposals: Bid Writer; Pricing: Pricing Analyst; "
        "Retail Sales: Retail Consultant; Export Sales: Export Adviser; Renewals: Renewals Representative; "
        "Sales Enablement: Enablement Coach; Channel Development: Channel Developer; "
        "Sales Engineering: Sales Engineer",
    ),
    _kind(
        "Finance",
        "Finance|Data|Risk",
        "Accounting: Accountant; Controlling: Financial Controller; Treasury: Treasury Analyst; "
        "Tax: Tax Adviser; Financial Planning: Planning Analyst; Internal Audit: Auditor; "
        "Accounts Payable: Payables Clerk; Accounts Receivable: Receivables Clerk; "
        "Investor Relations: Investor Relations Adviser; Risk Analysis: Risk Analyst; Credit: Credit Analyst; "
        "Cost Accounting: Cost Accountant; Group Reporting: Reporting Analyst; "
        "Insurance: Insurance Specialist",
    ),
    _kind(
        "Customer Service",
        "Service|Languages and Cultures|Quality",
        "Contact Centre: Service Agent; Technical Support: Support Specialist; "
        "Customer Success: Customer Success Adviser; Complaints: Complaints Officer; "
        "Onboarding: Onboarding Specialist; Service Quality: Service Quality Analyst; "
        "Community: Community Moderator; Warranty Services: Warranty Specialist; "
        "Customer Training: Customer Trainer; Service Planning: Service Planner; "
        "Billing Support: Billing Agent; Self Service: Knowledge Editor; Returns: Returns Agent; "
        "Premium Support: Premium Support Specialist",
    ),
    _kind(
        "Product",
        "Product|Design|Data",
        "Product Ownership: Product Owner; Product Design: Product Designer; User Research: User Researcher; "
        "Product Analytics: Product Analyst; Documentation: Technical Writer; "
        "Accessibility: Accessibility Specialist; Release Planning: Release Coordinator; "
        "Prototyping: Prototype Engineer; Localisation: Localisation Specialist; "
        "Product Operations: Product Operations Analyst; Service Design: Service Designer; "
        "Product Compliance: Product Compliance Adviser",
    ),
    _kind(
        "Research",
        "Science|Data|Quality",
        "Materials Research: Materials Scientist; Applied Chemistry: Chemist; "
        "Laboratory Services: Laboratory Technician; Computational Research: Research Engineer; "
        "Clinical Studies: Study Coordinator; Biostatistics: Biostatistician; Patents: Patent Adviser; "
        "Advanced Engineering: Design Engineer; Measurement: Metrologist; Innovation: Innovation Scout; "
        "Field Trials: Trials Coordinator; Scientific Computing: Scientific Programmer",
    ),
    _kind(
        "Marketing",
        "Markets|Design|Languages and Cultures",
        "Brand: Brand Specialist; Digital Marketing: Digital Marketer; Market Research: Market Researcher; "
        "Events: Event Planner; Content: Content Editor; Media Relations: Press Officer; "
        "Campaigns: Campaign Planner; Marketing Analytics: Marketing Analyst; "
        "Product Marketing: Product Marketer; Creative Services: Graphic Designer; "
        "Social Media: Social Media Editor; Sponsorship: Sponsorship Adviser",
    ),
    _kind(
        "Supply Chain",
        "Operations|Selling|Risk",
        "Procurement: Buyer; Warehousing: Warehouse Planner; Transport: Transport Planner; "
        "Demand Planning: Demand Planner; Supplier Quality: Supplier Quality Engineer; "
        "Customs: Customs Specialist; Inventory: Inventory Analyst; Strategic Sourcing: Sourcing Specialist; "
        "Fleet: Fleet Coordinator; Import and Export: Shipping Coordinator; Supply Analytics: Supply Analyst; "
        "Spare Parts: Spare Parts Planner",
    ),
    _kind(
        "Legal and Compliance",
        "Law|Risk|Facilitation",
        "Commercial Law: Legal Counsel; Regulatory Affairs: Regulatory Adviser; "
        "Data Protection: Data Protection Officer; Compliance: Compliance Officer; "
        "Contracts: Contract Specialist; Employment Law: Legal Counsel; "
        "Corporate Secretariat: Company Secretary; Ethics: Ethics Adviser; Litigation: Litigation Counsel; "
        "Records: Records Officer",
    ),
    _kind(
        "Strategy and Transformation",
        "Delivery|Facilitation|Finance",
        "Corporate Strategy: Strategy Analyst; Programme Office: Project Coordinator; Change: Change Adviser; "
        "Mergers and Acquisitions: Transaction Analyst; Sustainability: Sustainability Adviser; "
        "Business Intelligence: Intelligence Analyst; Internal Consulting: Internal Consultant; "
        "Process Mining: Process Analyst; Public Affairs: Public Affairs Adviser; "
        "Performance: Performance Analyst",
    ),
)
"""In the order in which an organisation needs them: one with five divisions has the first five."""

SIZE_ORDER: tuple[str, ...] = (
    "Operations",
    "Technology",
    "Sales",
    "Customer Service",
    "Supply Chain",
    "Product",
    "Research",
    "Finance",
    "Marketing",
    "Human Resources",
    "Strategy and Transformation",
    "Legal and Compliance",
)
"""The same divisions from the largest to the smallest, as is usual."""

KIND_BY_NAME: dict[str, DivisionKind] = {kind.name: kind for kind in DIVISION_KINDS}
