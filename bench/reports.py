"""Annual reports made up for measuring: PDFs of some forty pages, and questions with their pages.

Every page has the same running head and foot, numbers stand in tables without lines, the same
words are on many pages, and of one company there are two years. Nothing in them is true.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf

PAGE = (595.0, 842.0)
LEFT, TOP, LINE = 56.0, 84.0, 15.0
COLUMNS = (330.0, 420.0, 500.0)
"""Where the numbers of a table stand."""


@dataclass(frozen=True, slots=True)
class Company:
    """Whose report it is: `year` is the fiscal one, `unit` what its tables count in."""

    name: str
    year: int
    segments: tuple[str, str, str]
    chief: str
    auditor: str
    town: str
    unit: str = "millions"

    @property
    def file(self) -> str:
        return f"{self.name.split()[0]}_{self.year}_annual_report.pdf"


COMPANIES = (
    Company("Northwind Holdings plc", 2021, ("Freight", "Ports", "Logistics Software"),
            "Helen Abara", "Marsh & Lowe LLP", "Rotterdam"),
    Company("Northwind Holdings plc", 2022, ("Freight", "Ports", "Logistics Software"),
            "Helen Abara", "Marsh & Lowe LLP", "Rotterdam"),
    Company("Halden Foods Inc.", 2022, ("Dairy", "Bakery", "Frozen Meals"),
            "Peter Lindgren", "Aster Audit LLP", "Minneapolis"),
    Company("Corvex Semiconductors Corp.", 2023, ("Automotive", "Data Center", "Industrial"),
            "Mei-Ling Tan", "Hollis & Grant LLP", "Austin"),
)  # fmt: skip

RISKS = (
    "Competition", "Supply chain", "Cyber security", "Foreign exchange", "Interest rates",
    "Climate change", "Regulation", "Key personnel", "Litigation", "Intellectual property",
    "Acquisitions", "Customer concentration",
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """A report while it is written: the pages of its facts are noted as they are set."""

    company: Company
    pages: list[list[tuple[float, float, str]]] = field(default_factory=list)
    facts: dict[str, set[int]] = field(default_factory=dict)
    _y: float = TOP

    def page(self, heading: str) -> None:
        self.pages.append([])
        self._y = TOP
        self._put(LEFT, heading.upper() if len(self.pages) % 2 else heading)
        self._y += 1.6 * LINE

    def text(self, *paragraphs: str, fact: str = "") -> None:
        for paragraph in paragraphs:
            line = ""
            for word in paragraph.split():
                if len(line) + len(word) > 88:
                    self._put(LEFT, line.strip())
                    self._y += LINE
                    line = ""
                line += word + " "
            self._put(LEFT, line.strip())
            self._y += 1.7 * LINE
        self._note(fact)

    def table(self, title: str, rows: Sequence[tuple[str, Sequence[float], str]]) -> None:
        """Rows of a label, a number a column, and the name of the fact they hold."""
        year = self.company.year
        self._put(LEFT, f"({title}, in {self.company.unit} of dollars)")
        for place, column in zip(COLUMNS, (year, year - 1, year - 2), strict=True):
            self._put(place, str(column))
        self._y += LINE
        for label, values, fact in rows:
            self._put(LEFT, label)
            for place, value in zip(COLUMNS, values, strict=False):
                self._put(place, f"{value:,.0f}" if value >= 0 else f"({-value:,.0f})")
            self._y += LINE
            self._note(fact)
        self._y += LINE

    def _note(self, fact: str) -> None:
        if fact:
            self.facts.setdefault(fact, set()).add(len(self.pages))

    def _put(self, x: float, text: str) -> None:
        if text:
            self.pages[-1].append((x, self._y, text))

    def save(self, path: Path) -> None:
        head = f"{self.company.name}    Annual Report {self.company.year}"
        document = pymupdf.open()
        for number, pieces in enumerate(self.pages, 1):
            page = document.new_page(width=PAGE[0], height=PAGE[1])
            page.insert_text((LEFT, 40), head, fontsize=9)
            page.insert_text((PAGE[0] / 2, PAGE[1] - 30), str(number), fontsize=9)
            for x, y, text in pieces:
                page.insert_text((x, y), text, fontsize=10)
        document.save(path)
        document.close()


def write(company: Company, seed: int) -> Report:
    """A report with facts of its own."""
    chance = random.Random(seed)
    made, year = Report(company), company.year
    a, b, c = company.segments

    def three(low: int, high: int) -> tuple[int, int, int]:
        first = chance.randint(low, high)
        return (
            first,
            int(first * chance.uniform(0.85, 0.98)),
            int(first * chance.uniform(0.75, 0.9)),
        )

    parts = [three(800, 4000) for _ in range(3)]
    revenue = [sum(values) for values in zip(*parts, strict=True)]
    cost = [int(r * 0.61) for r in revenue]
    research, capital, dividends = three(80, 400), three(150, 700), three(40, 200)
    debt, cash, inventory = three(900, 3000), three(200, 900), three(150, 800)
    interest, tax, net = three(20, 90), three(60, 300), three(120, 900)
    staff, plants, buyback = chance.randint(4000, 60000), chance.randint(11, 90), three(20, 300)
    made.page(f"Annual Report {year}")
    made.text(f"{company.name}. For the fiscal year ended December 31, {year}.")
    made.page("Letter to our shareholders")
    made.text(
        f"Dear shareholders, {year} was a year of progress. Revenue, cash flow and customer "
        "satisfaction all improved, and our people made it happen.",
        f"In the years ahead we will invest in growth, return cash to shareholders and keep our "
        f"debt low. {company.chief}, Chief Executive Officer",
        fact="chief",
    )
    made.page("Business overview")
    made.text(f"{company.name} operates in three segments: {a}, {b} and {c}.", fact="segments")
    made.text(
        "We serve customers in more than sixty countries. Our strategy rests on growth in "
        "revenue, discipline in capital expenditures and research and development.",
        "Competition in all segments is intense.",
    )
    for segment in company.segments:
        made.page(f"Segment: {segment}")
        made.text(
            f"The {segment} segment offers products and services to customers in many markets. "
            f"Revenue of {segment} depends on demand, prices and foreign exchange.",
            f"Operating income of the {segment} segment was affected by higher costs of material "
            "and wages, which were offset in part by better prices.",
        )
    made.page("Properties and employees")
    made.text(f"Our headquarters are in {company.town}.", fact="headquarters")
    made.text(
        f"We own or lease {plants} production and storage sites on four continents.", fact="sites"
    )
    made.text(
        f"As of December 31, {year}, we had approximately {staff:,} employees, a third of them "
        "covered by collective agreements.", fact="employees",
    )  # fmt: skip
    for risk in RISKS:
        made.page(f"Risk factors: {risk}")
        made.text(
            f"{risk} may harm our revenue, our operating income, our cash flow and our reputation.",
            "Our debt, our capital expenditures, our dividends and our research and development "
            "could be affected, and employees could leave. We cannot predict the effect on net "
            "income, taxes or inventory in any year.",
            f"We review the risk of {risk.lower()} every quarter with the board of directors.",
        )
    made.page("Management's discussion: results of operations")
    growth = 100 * (revenue[0] / revenue[1] - 1)
    made.text(
        f"Total revenue rose by {growth:.1f}% compared with {year - 1}, driven by {a}.",
        fact="growth",
    )
    made.text("Selling and administrative expenses rose because of wages and travel.")
    made.page("Management's discussion: liquidity and capital resources")
    made.text(
        "Our main sources of liquidity are cash flow from operations and our credit facility.",
        "We expect that cash on hand will meet our needs for at least twelve months.",
    )
    made.text(
        f"Our revolving credit facility of ${chance.randint(5, 20) * 100} million matures in "
        f"{year + chance.randint(2, 5)}.", fact="facility",
    )  # fmt: skip
    made.page("Report of the independent auditor")
    made.text(
        "In our opinion, the consolidated financial statements present fairly, in all material "
        f"respects, the financial position of {company.name}. {company.auditor}", fact="auditor",
    )  # fmt: skip
    made.page("Consolidated statements of income")
    made.table("statements of income", [
        ("Net sales", revenue, "revenue"), ("Cost of goods sold", [-x for x in cost], "cost"),
        ("Research and development", [-x for x in research], "research"),
        ("Interest expense", [-x for x in interest], "interest"),
        ("Provision for income taxes", [-x for x in tax], "tax"),
        ("Net income", net, "net"),
    ])  # fmt: skip
    made.page("Consolidated balance sheets")
    made.table("balance sheets", [
        ("Cash and cash equivalents", cash, "cash"), ("Inventories", inventory, "inventory"),
        ("Trade receivables, net", three(200, 900), ""),
        ("Property, plant and equipment, net", three(900, 4000), "ppe"),
        ("Goodwill", three(300, 2000), "goodwill"), ("Long-term debt", debt, "debt"),
        ("Total shareholders' equity", three(900, 5000), "equity"),
    ])  # fmt: skip
    made.page("Consolidated statements of cash flows")
    made.table("statements of cash flows", [
        ("Net income", net, "net"), ("Depreciation and amortization", three(100, 500), "deprec"),
        ("Purchases of property, plant and equipment", [-x for x in capital], "capital"),
        ("Dividends paid", [-x for x in dividends], "dividends"),
        ("Repurchases of common stock", [-x for x in buyback], "buyback"),
        ("Proceeds from issuance of long-term debt", three(50, 400), ""),
    ])  # fmt: skip
    made.page("Note 1. Accounting policies")
    made.text(
        "Revenue is recognised when control passes to the customer. Inventories are stated at the "
        "lower of cost and net realisable value. Research and development is expensed.",
        "Property, plant and equipment is depreciated over its useful life.",
    )
    made.page("Note 2. Segment information")
    made.table("revenue by segment", [
        (name, values, f"segment {n}")
        for n, (name, values) in enumerate(zip(company.segments, parts, strict=True))
    ])  # fmt: skip
    made.page("Note 3. Income taxes")
    rate = chance.uniform(15, 28)
    made.text(f"The effective tax rate was {rate:.1f}% in {year}.", fact="tax rate")
    made.page("Note 4. Leases")
    made.table("lease liabilities", [("Operating lease liabilities", three(60, 400), "lease")])
    made.page("Note 5. Pensions")
    made.text(
        f"We contributed ${chance.randint(10, 90)} million to pension plans in {year}, and the "
        f"discount rate was {chance.uniform(2, 5):.2f}%.", fact="pension",
    )  # fmt: skip
    made.page("Note 6. Legal proceedings")
    made.text(
        f"In March {year} a court in Delaware ordered a subsidiary to pay ${chance.randint(3, 60)} "
        "million for the infringement of two patents. We have appealed.", fact="court",
    )  # fmt: skip
    made.page("Note 7. Acquisitions")
    made.text(
        f"On {chance.choice(['April', 'June', 'October'])} {chance.randint(2, 27)}, {year}, we "
        f"acquired {chance.choice(['Belmar', 'Ostrava', 'Quill'])} Systems for "
        f"${chance.randint(60, 600)} million in cash.", fact="acquisition",
    )  # fmt: skip
    made.page("Note 8. Subsequent events")
    made.text(
        f"In February {year + 1} the board approved the closing of our plant in "
        f"{chance.choice(['Lyon', 'Gdansk', 'Tampa'])}.", fact="closing",
    )  # fmt: skip
    made.page("Quarterly data")
    made.table("quarterly revenue", [
        (f"{name} quarter revenue", [r * share for r in revenue], f"quarter {n}")
        for n, (name, share) in enumerate(
            (("First", 0.22), ("Second", 0.24), ("Third", 0.25), ("Fourth", 0.29))
        )
    ])  # fmt: skip
    made.page("Board of directors")
    made.text(f"{company.chief}, Chief Executive Officer. Six directors are independent.",
              fact="chief")  # fmt: skip
    return made


ASKED = (
    ("revenue", "What were the net sales of {short} in fiscal year {year}?"),
    ("net", "How much net income did {short} report for {year}?"),
    ("capital", "What is the FY{year} capital expenditure amount (in USD millions) for {short}? "
                "Give a response by relying on the details shown in the cash flow statement."),
    ("research", "How much did {short} spend on R&D in {year}?"),
    ("inventory", "What was the value of inventories of {short} at the end of {year}?"),
    ("debt", "How much long-term debt does {short} have at year end FY{year}?"),
    ("dividends", "How much did {short} pay in dividends in {year}?"),
    ("buyback", "How much stock did {short} repurchase in {year}?"),
    ("segment 1", "What was the revenue of the {segment} segment of {short} in {year}?"),
    ("tax rate", "What was the effective tax rate of {short} in {year}?"),
    ("employees", "How many employees did {short} have at the end of {year}?"),
    ("headquarters", "Where are the headquarters of {short}?"),
    ("auditor", "Who audited the {year} financial statements of {short}?"),
    ("chief", "Who is the CEO of {short}?"),
    ("court", "Which legal proceedings was {short} involved in during {year}?"),
    ("acquisition", "Which company did {short} acquire in {year}?"),
    ("facility", "When does the revolving credit facility of {short} mature ({year} report)?"),
    ("closing", "Which plant will {short} close according to the {year} report?"),
    ("quarter 2", "What was the revenue of {short} in the second quarter of {year}?"),
    ("lease", "What are the operating lease liabilities of {short} in {year}?"),
    ("goodwill", "How much goodwill was on the balance sheet of {short} in {year}?"),
    ("deprec", "What is the FY{year} depreciation and amortization of {short}?"),
)  # fmt: skip

NOT_ASKED = (
    "What was the revenue of Meridian Airlines in 2022?",
    "How many employees did Tessaly Motors have in 2021?",
    "Who is the CEO of Granby Pharmaceuticals?",
    "What did Halden Foods spend on advertising in Brazil in 2022?",
    "How many patents does Corvex hold in Japan?",
    "What was the revenue of the Aviation segment of Northwind in 2022?",
    "How much did Northwind pay in dividends in 2015?",
    "What is the FY2018 capital expenditure amount (in USD millions) for Meridian Airlines?",
    "Which airline did Halden Foods acquire in 2022?",
    "What is the salary of Peter Lindgren?",
    "How old is Mei-Ling Tan?",
    "Who audited the 2022 financial statements of Tessaly Motors?",
    "What is the carbon footprint of Corvex in tonnes?",
    "How many ships does Northwind own?",
    "What was the share price of Halden Foods on July 1, 2022?",
    "What is the dividend yield of Granby Pharmaceuticals?",
)


def make(folder: Path) -> list[tuple[str, str, frozenset[int]]]:
    """Write the reports into `folder`; questions, with the file and the pages that answer them (no
    file and no page for those that none of the reports answers)."""
    asked: list[tuple[str, str, frozenset[int]]] = []
    for number, company in enumerate(COMPANIES):
        report = write(company, number)
        if not (folder / company.file).exists():
            report.save(folder / company.file)
        short = " ".join(company.name.split()[:2]) if number % 2 else company.name.split()[0]
        for place, (fact, words) in enumerate(ASKED):
            if place % len(COMPANIES) == number or place % 2 == number % 2:
                text = words.format(short=short, year=company.year, segment=company.segments[1])
                pages = set(report.facts[fact])
                asked.append((text, company.file, frozenset(pages)))
    return asked + [(text, "", frozenset()) for text in NOT_ASKED]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for row in make(Path(made)):
            print(*row)
