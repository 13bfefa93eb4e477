"""What kinds of public bodies there are: how they are named, who founds them, in which spheres and on which level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Founder = Literal["none", "ministry", "municipality"]
Size = Literal["flagship", "active", "card"]


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of public body.

    In `name` and `title` (the page's name), {place} is the municipality and {region} the region, both in the genitive,
    {n} a number, {garden} and {club} proper names. `weight` is the share among the bodies of its tier.
    """

    stem: str
    level: str
    spheres: tuple[str, ...]
    name: str
    title: str
    founder: Founder = "none"
    founder_name: str = ""
    weight: int = 1
    size: Size = "active"


GOVERNMENT = Role("gov", "Регион", ("Государственное управление",), "Правительство {region}", "Правительство {region}",
                  size="flagship")  # fmt: skip
FEDERAL_GOVERNMENT = Role("fgov", "Регион", ("Государственное управление",), "Аппарат федерального правительства",
                          "Федеральное правительство", size="flagship")  # fmt: skip


def _ministry(stem: str, of: str, short: str, sphere: str) -> Role:
    return Role(stem, "Министерство", (sphere, "Органы власти"), f"Министерство {of} {{region}}",
                f"{short} {{region}}", size="flagship")  # fmt: skip


MINISTRIES = (
    _ministry("minobr", "образования", "Минобр", "Образование"),
    _ministry("minzdrav", "здравоохранения", "Минздрав", "Здравоохранение"),
    _ministry("minkult", "культуры", "Минкульт", "Культура"),
    _ministry("minsoc", "социального развития", "Минсоцразвития", "Социальная защита"),
    _ministry("minsport", "физической культуры и спорта", "Минспорт", "Спорт"),
    _ministry("mintrans", "транспорта", "Минтранс", "Транспорт"),
    _ministry("minstroy", "строительства и ЖКХ", "Минстрой", "ЖКХ"),
)
AGENCIES = (
    Role("zhil", "Ведомство", ("ЖКХ", "Надзор"), "Государственная жилищная инспекция {region}",
         "Госжилинспекция {region}"),
    Role("vet", "Ведомство", ("Ветеринария",), "Государственная ветеринарная служба {region}",
         "Ветслужба {region}"),
    Role("arh", "Ведомство", ("Архивное дело",), "Архивное агентство {region}", "Архив {region}", size="card"),
    Role("czn", "Ведомство", ("Труд и занятость",), "Служба занятости населения {region}", "Работа в регионе {region}"),
)  # fmt: skip
ADMINISTRATION = Role("adm", "МО", ("Местное самоуправление",), "Администрация {place} муниципального округа",
                      "Администрация {place} округа", size="flagship")  # fmt: skip
SUBORDINATE = (
    Role("school", "МО", ("Образование", "Общее образование", "Школы"),
         "МБОУ «Средняя общеобразовательная школа № {n}» {place} округа", "Школа № {n} {place} округа",
         "municipality", weight=30),
    Role("detsad", "МО", ("Образование", "Дошкольное образование", "Детские сады"),
         "МАДОУ «Детский сад № {n} «{garden}» {place} округа", "Детский сад № {n} «{garden}»",
         "municipality", weight=26, size="card"),
    Role("dshi", "МО", ("Культура", "Дополнительное образование", "Школы искусств"),
         "МБУ ДО «Детская школа искусств № {n}» {place} округа", "ДШИ № {n} {place} округа", "municipality", weight=6),
    Role("dk", "МО", ("Культура", "Дома культуры"), "МБУК «Дом культуры «{club}» {place} округа",
         "ДК «{club}» {place} округа", "municipality", weight=9),
    Role("biblio", "МО", ("Культура", "Библиотеки"), "МБУК «Библиотека № {n}» {place} округа",
         "Библиотека № {n} {place} округа", "municipality", weight=7, size="card"),
    Role("sportschool", "МО", ("Спорт", "Дополнительное образование"), "МБУ ДО «Спортивная школа № {n}» {place} округа",
         "Спортшкола № {n} {place} округа", "municipality", weight=4),
    Role("bolnica", "Министерство", ("Здравоохранение", "Больницы"), "ГБУЗ «Городская больница № {n}» {place} округа",
         "Больница № {n} {place} округа", "ministry", "Министерство здравоохранения {region}", weight=7),
    Role("kcson", "Министерство", ("Социальная защита", "Социальное обслуживание"),
         "ГБУ «Комплексный центр социального обслуживания» {place} округа", "КЦСОН {place} округа",
         "ministry", "Министерство социального развития {region}", weight=4),
    Role("kolledzh", "Министерство", ("Образование", "Профессиональное образование"),
         "ГБПОУ «Колледж технологий № {n}» {region}", "Колледж технологий № {n}",
         "ministry", "Министерство образования {region}", weight=3),
    Role("zags", "Узкоспециальные", ("ЗАГС",), "Отдел ЗАГС {place} округа", "ЗАГС {place} округа", weight=2,
         size="card"),
    Role("sud", "Узкоспециальные", ("Судебная власть",), "Судебный участок № {n} {place} округа",
         "Судебный участок № {n}", weight=1, size="card"),
    Role("izbirkom", "Узкоспециальные", ("Выборы",), "Территориальная избирательная комиссия {place} округа",
         "ТИК {place} округа", weight=1, size="card"),
)  # fmt: skip
SUBORDINATE_BY_WEIGHT = tuple(role for role in SUBORDINATE for _ in range(role.weight))
FEDERAL = (
    Role("fmin", "Министерство", ("Государственное управление",), "Федеральное министерство № {n} (пример)",
         "Федеральное министерство № {n}", size="flagship"),
    Role("fagency", "Ведомство", ("Надзор",), "Федеральная служба № {n} (пример)", "Федеральная служба № {n}"),
    Role("fpo", "Узкоспециальные", ("Государственное управление",), "Территориальный орган № {n} федеральной службы",
         "Территориальный орган № {n}", weight=1, size="card"),
)  # fmt: skip
