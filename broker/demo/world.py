"""The invented world: two states, four jails, people held in them, and staff.

The states exist, nothing else does. Landline numbers whose subscriber part begins with 0 reach nobody in India, and
`.example` is reserved (RFC 2606), so no mail of the demonstration can arrive anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.people import State
from broker.staff import Role
from broker.vocabulary import InmateCategory

PASSWORD = "mulakat-demo"  # noqa: S105 - public on purpose, refused in production
TOTP_SECRET = "MULAKATDEMOTOTPSECRET234"  # noqa: S105 - as above
TIMEZONE = "Asia/Kolkata"
MAIL_DOMAIN = "family.example"


@dataclass(frozen=True, slots=True)
class DemoInmate:
    """Somebody held in a jail of the demonstration."""

    number: str
    name: str
    father_name: str
    age: int
    gender: str
    category: InmateCategory
    nationality: str = "IN"


@dataclass(frozen=True, slots=True)
class DemoJail:
    """A jail of the demonstration; `slug` ends the usernames of its staff. It holds more people than it has terminals:
    each can be at one of them only.
    """

    slug: str
    state_code: int
    code: int
    name: str
    city: str
    helpline: str
    terminals: int
    inmates: tuple[DemoInmate, ...]


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """A sign-in of the demonstration; the scope is a jail (by slug), a state, or, with neither, every jail."""

    username: str
    name: str
    role: Role
    jail: str | None = None
    state_code: int | None = None

    @property
    def totp_secret(self) -> str | None:
        """Everybody who can decide something needs a second factor; whoever only runs the room does not."""
        return None if self.role in {Role.MONITOR, Role.OPERATOR} else TOTP_SECRET


MAHARASHTRA = State(27, "Maharashtra")
WEST_BENGAL = State(19, "West Bengal")
STATES = (MAHARASHTRA, WEST_BENGAL)
STATE_SLUGS = {MAHARASHTRA.code: "maharashtra", WEST_BENGAL.code: "westbengal"}

_UNDERTRIAL, _CONVICT = InmateCategory.UNDERTRIAL, InmateCategory.CONVICT

JAILS = (
    DemoJail(
        slug="devgiri",
        state_code=27,
        code=11,
        name="Devgiri Road Central Prison",
        city="Pune",
        helpline="020-0000 1142",
        terminals=4,
        inmates=(
            DemoInmate("UT/2291/26", "Sanjay Mahadev Kolte", "Mahadev Kolte", 34, "male", _UNDERTRIAL),
            DemoInmate("C/0417/21", "Ramesh Vithoba Salunke", "Vithoba Salunke", 52, "male", _CONVICT),
            DemoInmate("UT/2304/26", "Chukwudi Emeka Nwosu", "Emeka Nwosu", 29, "male", _UNDERTRIAL, "NG"),
            DemoInmate("C/0533/20", "Prakash Namdev Shinde", "Namdev Shinde", 47, "male", _CONVICT),
            DemoInmate("UT/2317/26", "Vilas Ganpat More", "Ganpat More", 25, "male", _UNDERTRIAL),
        ),
    ),
    DemoJail(
        slug="ulhas",
        state_code=27,
        code=24,
        name="Ulhas Khadi District Prison",
        city="Thane",
        helpline="022-0000 2318",
        terminals=3,
        inmates=(
            DemoInmate("UT/0873/26", "Imran Yusuf Shaikh", "Yusuf Shaikh", 41, "male", _UNDERTRIAL),
            DemoInmate("C/0129/19", "Sunita Balu Jadhav", "Balu Jadhav", 38, "female", _CONVICT),
            DemoInmate("UT/0891/26", "Kiran Suresh Pathare", "Suresh Pathare", 33, "male", _UNDERTRIAL),
            DemoInmate("UT/0902/26", "Rekha Anil Gosavi", "Anil Gosavi", 29, "female", _UNDERTRIAL),
        ),
    ),
    DemoJail(
        slug="gangachar",
        state_code=19,
        code=3,
        name="Gangachar Central Correctional Home",
        city="Howrah",
        helpline="033-0000 3071",
        terminals=3,
        inmates=(
            DemoInmate("UTP-1182/2026", "Bikash Nimai Mondal", "Nimai Mondal", 27, "male", _UNDERTRIAL),
            DemoInmate("CP-0306/2018", "Rafiqul Abdul Gazi", "Abdul Gazi", 46, "male", _CONVICT),
            DemoInmate("UTP-1190/2026", "Tapan Haripada Das", "Haripada Das", 36, "male", _UNDERTRIAL),
            DemoInmate("CP-0411/2023", "Sabir Karim Molla", "Karim Molla", 30, "male", _CONVICT),
        ),
    ),
    DemoJail(
        slug="tistabazar",
        state_code=19,
        code=17,
        name="Tista Bazar District Correctional Home",
        city="Jalpaiguri",
        helpline="03561-000 417",
        terminals=4,
        inmates=(
            DemoInmate("UTP-0291/2026", "Phulmoni Suren Oraon", "Suren Oraon", 31, "female", _UNDERTRIAL),
            DemoInmate("CP-0088/2022", "Dilip Kanai Barman", "Kanai Barman", 44, "male", _CONVICT),
            DemoInmate("UTP-0304/2026", "Mina Sukra Munda", "Sukra Munda", 26, "female", _UNDERTRIAL),
            DemoInmate("UTP-0310/2026", "Bimal Jogen Roy", "Jogen Roy", 39, "male", _UNDERTRIAL),
            DemoInmate("CP-0102/2024", "Anwar Rahim Sheikh", "Rahim Sheikh", 51, "male", _CONVICT),
        ),
    ),
)

_NAMES = {
    "operator.devgiri": "Anjali Pawar",
    "operator.ulhas": "Nitin Gaikwad",
    "operator.gangachar": "Moumita Sarkar",
    "operator.tistabazar": "Pranab Roy",
    "superintendent.devgiri": "Vasant Deshmukh",
    "superintendent.ulhas": "Meera Kulkarni",
    "superintendent.gangachar": "Subrata Ghosh",
    "superintendent.tistabazar": "Kalyani Lama",
}

STAFF = (
    *(DemoStaff(f"operator.{j.slug}", _NAMES[f"operator.{j.slug}"], Role.OPERATOR, jail=j.slug) for j in JAILS),
    *(
        DemoStaff(f"superintendent.{j.slug}", _NAMES[f"superintendent.{j.slug}"], Role.SUPERINTENDENT, jail=j.slug)
        for j in JAILS
    ),
    DemoStaff("monitor.maharashtra", "Sandeep Bhosale", Role.MONITOR, state_code=27),
    DemoStaff("monitor.westbengal", "Tanushree Dutta", Role.MONITOR, state_code=19),
    DemoStaff("admin.maharashtra", "Rohini Apte", Role.STATE_ADMIN, state_code=27),
    DemoStaff("admin.westbengal", "Arindam Sen", Role.STATE_ADMIN, state_code=19),
    DemoStaff("auditor", "Noor Fernandes", Role.AUDITOR),
    DemoStaff("admin", "Leela Thomas", Role.SYSTEM_ADMIN),
)

# Who comes to visit: name and relationship, in this order.
FAMILY = (("Savita", "wife"), ("Arun", "brother"), ("Kamala", "mother"))
LAWYERS = (("Adv. Farida Merchant", "lawyer"), ("Adv. Joseph Pinto", "lawyer"), ("Adv. Rekha Nair", "lawyer"))
