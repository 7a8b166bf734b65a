"""Made-up names: given names and family names of many cultures, family names put together from stems and endings."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from mentormatch.synthesis.draws import Integers, Stream, draw_below, draw_choices, draw_flags

LOCAL_NAME_SHARE = 0.7
"""Share of the people whose name comes from the place where they work."""
LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Culture:
    """Given names and family names that go together."""

    given_names: tuple[str, ...]
    family_names: tuple[str, ...]


def _culture(given: str, stems: str, endings: str = "") -> Culture:
    """Make a culture of given names and of each stem with each ending."""
    families = (stem + ending for stem in stems.split() for ending in endings.split() or [""])
    return Culture(tuple(given.split()), tuple(families))


CULTURES: tuple[Culture, ...] = (
    _culture(
        "Alice Amelia Beth Charlotte Daisy Edward Emily Freya George Harriet Henry Imogen Jack Lucy "
        "Oliver Poppy Ruby Simon Thomas William",
        "Ash Brad Clay Fair Green Hart Lang Mill Nor Stan Thorn Wes Whit",
        "ford ley ton wood field worth well",
    ),
    _culture(
        "Anneke Bernd Christiane Dieter Emil Friederike Georg Heike Ingo Jana Klaus Lena Matthias Nele "
        "Otto Petra Ralf Sabine Tobias Ulrike",
        "Acker Berg Brunn Eich Feld Hof Linden Roth Stein Wald Wein Winkel",
        "mann bauer er meier hardt bach",
    ),
    _culture(
        "Adrien Béatrice Camille Damien Élodie Fabien Gaëlle Hugo Inès Julien Léa Mathilde Noé Océane "
        "Pascal Quentin Romane Sylvie Théo Zoé",
        "Beau Bel Cler Grand Haute Mon Roche Val Ver Vieu",
        "mont ville champ court lieu rive",
    ),
    _culture(
        "Alejandra Belén Carlos Diego Elena Fernando Gloria Héctor Irene Javier Lucía Marcos Nuria Óscar "
        "Pilar Raúl Sofía Teresa Víctor Ximena",
        "Alvar Benit Cabrer Doming Estev Galind Marquin Ordoñ Quint Salced",
        "ez ero ano ales",
    ),
    _culture(
        "Alessio Bianca Chiara Davide Elisa Fabio Giulia Ivano Lorenzo Marta Nicolò Ornella Paolo Rita "
        "Silvia Tommaso Valentina Vito",
        "Bell Ferr Gall Lomb Mart Mont Pell Ross Sant Vitt",
        "ini etti oni ucci ari ese",
    ),
    _culture(
        "Agnieszka Bartosz Cezary Dorota Ewa Filip Grażyna Hanna Iwona Jacek Kinga Łukasz Marek Natalia "
        "Oskar Paulina Rafał Sylwia Tomasz Zofia",
        "Bor Dąb Gór Jabłoń Kowal Lip Mal Sos Wiśniew Zieliń",
        "ski owski czyk ecki",
    ),
    _culture(
        "Alena Bohdan Dana Eliška Filip Hana Ivan Jiří Kateřina Libor Markéta Ondřej Pavla Radek Šárka "
        "Tereza Václav Zdeněk",
        "Brad Dvoř Hor Kopt Mal Novot Rych Sedl Sob Vlč",
        "ák ek ník ík",
    ),
    _culture(
        "Anders Birgit Dagny Elin Frida Gunnar Hedda Ingrid Jonas Karin Lars Maja Nils Oskar Pernilla "
        "Rasmus Signe Tuva Ulf Ylva",
        "Alm Berg Dal Eke Gran Lind Ny Sand Sjö Wik",
        "ström gren qvist lund dahl berg",
    ),
    _culture(
        "Afonso Beatriz Caio Débora Eduardo Flávia Gustavo Helena Iara João Larissa Mateus Nádia Otávio "
        "Patrícia Rafael Sílvia Thiago Vitória Yara",
        "Alm Barr Cald Ferr Mour Noguer Olivar Peder Ribal Teix",
        "eira inho edo osa",
    ),
    _culture(
        "Aditi Arjun Bhavna Chetan Deepa Farhan Gauri Harish Ishita Jatin Kavya Lakshmi Manish Neha "
        "Pranav Ritu Sanjay Tara Uday Vidya",
        "Acharya Bhat Chandra Desai Ghosh Gupta Iyer Joshi Kulkarni Mehta Menon Nair Pillai Rao Reddy Sen "
        "Sharma Shetty Varma",
    ),
    _culture(
        "Aiko Daichi Emi Haruto Hina Jun Kaori Kenta Mai Naoki Rei Riku Sakura Shota Takumi Yui Yuna",
        "Fuji Hara Ishi Kawa Matsu Mori Naka Oka Taka Yama",
        "moto shima mura zaki da guchi",
    ),
    _culture(
        "Aihua Bowen Dawei Fang Guoliang Hui Jiayi Junjie Lihua Meilin Ning Peng Qiang Ruolan Shuang "
        "Weiming Xiaoyu Yifan Zihan",
        "Chan Chen Gao Goh Huang Koh Lim Lin Liu Ng Ong Tan Wang Wu Xu Yeo Zhang Zhao Zhou",
    ),
    _culture(
        "Amal Bilal Dina Fadi Ghada Hassan Huda Ibrahim Jamila Karim Layla Mona Nabil Omar Rania Samir "
        "Tariq Walid Yasmin Zaynab",
        "Al-Amin Aziz Darwish Farouk Haddad Hamdan Khalil Khoury Mansour Najjar Nasser Rahman Saleh "
        "Shaheen Younis Zidan",
    ),
    _culture(
        "Abimbola Adaeze Babatunde Chidi Chinwe Efe Emeka Folake Ifeoma Kunle Ngozi Obinna Olumide Sade "
        "Tunde Uche Yetunde Zainab",
        "Ade Ola Oye Ayo Ogun Bala",
        "bayo wale yemi niyi sola rinde",
    ),
    _culture(
        "Aoife Brendan Caoimhe Cormac Deirdre Eoin Fionn Gráinne Maeve Niamh Oisín Orla Padraig Róisín Saoirse Tadhg",
        "Brennan Byrne Casey Doyle Fallon Flynn Keane Lynch MacCabe O'Dwyer O'Hara O'Leary Quinn Rooney "
        "Sheehan Tierney",
    ),
)
CULTURES_BY_CITY: dict[str, tuple[int, ...]] = {
    "London": (0, 0, 0, 9, 13, 14),
    "New York": (0, 0, 3, 4, 11),
    "Bengaluru": (9,),
    "Berlin": (1,),
    "Warsaw": (5,),
    "Toronto": (0, 0, 2, 9, 11),
    "Paris": (2,),
    "Singapore": (11, 11, 9),
    "Madrid": (3,),
    "São Paulo": (8,),
    "Dublin": (14,),
    "Prague": (6,),
    "Dubai": (12, 12, 9),
    "Milan": (4,),
    "Lagos": (13,),
    "Stockholm": (7,),
    "Chicago": (0, 0, 3, 5),
    "Tokyo": (10,),
}
"""The cultures that are at home in each city; one listed twice is twice as common."""


def draw_names(stream: Stream, cities: Sequence[str]) -> list[tuple[str, str]]:
    """Return a given name and a family name for each person, given the city where they work."""
    cultures = _draw_cultures(stream, cities)
    given = draw_below(stream, np.array([len(culture.given_names) for culture in CULTURES])[cultures])
    family = draw_below(stream, np.array([len(culture.family_names) for culture in CULTURES])[cultures])
    places = zip(cultures.tolist(), given.tolist(), family.tolist(), strict=True)
    return [(CULTURES[c].given_names[g], CULTURES[c].family_names[f]) for c, g, f in places]


def _draw_cultures(stream: Stream, cities: Sequence[str]) -> Integers:
    """Return the position in ``CULTURES`` for each person: mostly of their city, else of anywhere."""
    options = [CULTURES_BY_CITY[city] for city in cities]
    places = draw_below(stream, np.array([len(option) for option in options], np.int64)).tolist()
    local = np.array([option[place] for option, place in zip(options, places, strict=True)], np.int64)
    anywhere = draw_choices(stream, (1,) * len(CULTURES), local.size)
    return np.where(draw_flags(stream, LOCAL_NAME_SHARE, local.size), local, anywhere)


def write_emails(names: Sequence[tuple[str, str]]) -> list[str]:
    """Return an address for each person; namesakes get a number."""
    seen: dict[str, int] = {}
    addresses = []
    for given, family in names:
        local = f"{write_plainly(given)}.{write_plainly(family)}"
        seen[local] = seen.get(local, 0) + 1
        number = seen[local] if seen[local] > 1 else ""
        addresses.append(f"{local}{number}@example.com")
    return addresses


@cache
def write_plainly(name: str) -> str:
    """Return a name in small letters from a to z, for addresses."""
    decomposed = unicodedata.normalize("NFKD", name.translate(LETTERS_WITHOUT_DECOMPOSITION))
    return "".join(letter for letter in decomposed.lower() if "a" <= letter <= "z")
