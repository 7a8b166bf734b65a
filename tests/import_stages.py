"""Imports at each stage, for pages to be looked at: one that runs, one with problems, a preview, one that is done."""

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.records import ImportState
from mentormatch.services import import_work
from mentormatch.services.people_import import hand_in, import_now
from tests.pages import EMPLOYED, Portal

HEADER = "person_id,name,email,department,manager_id,level"


def a_file(*lines: str, but: tuple[str, ...] = ()) -> bytes:
    """Return a file of everybody who is employed but some, and of further lines."""
    rows = [
        f"{p.person_id},{p.name},{p.email},{p.department},{p.manager_id},{p.level}"
        for p in EMPLOYED
        if p.person_id not in but
    ]
    return "\n".join([HEADER, *rows, *lines, ""]).encode()


PROBLEMS = a_file(
    "n1,,no address,Works,p99,x",
    "p3,Emma Again,,Sales,p2,4",
    'n2,"A person with quite a long name, longer than most",,Works,n2,4',
)
CHANGES = a_file(
    "p2,Manuel Manager,manager@company.example,Sales,p5,2",
    "p3,Emma Employee-Newname,employee@company.example,Marketing,p2,3",
    "n1,Nina New,nina@company.example,Works,p1,5",
    "n2,Nils Newer,,Works,n1,6",
    but=("p2", "p3", "p4"),
)


def show_stages(portal: Portal) -> None:
    """Hand four files in, and take each as far as its stage; their runs have the keys 1 to 4."""
    ports, store, now = portal.office.ports, portal.office.store, portal.office.clock.now()
    user = store.read(lambda unit: unit.accounts.by_email("hr@company.example"))
    hr = Actor(user.key if user else None, roles=frozenset({Role.HR}))
    running = hand_in(ports, hr, "people-november.csv", a_file())
    held = store.write(lambda unit: unit.imports.claim(running.key, ImportState.RECEIVED, now))
    if held is not None:
        store.write(lambda unit: unit.imports.progress(held, 0.6, now))
    for name, content in (("people with problems.csv", PROBLEMS), ("people-december.csv", CHANGES)):
        import_work.preview(ports, hand_in(ports, hr, name, content).key)
    import_now(ports, hr, "people-october.csv", a_file())
