"""How often everyday words find the right category among the first three.

On a loaded city: `./run manage shell -c "from tools.bench.category_words import main; main()"`. Two
tables: tests/city/search/everyday_words.csv, whose misses led to words in the pack, and, where it
lies beside the checkout, `../shared/text/dev.csv`: what residents of other cities wrote, labelled
by topic. The misses of three quarters of the second table led to words in the pack too; the last
quarter was not read and is the more honest figure. A topic counts as found by any category of
that topic.
"""

import csv
from collections import Counter
from pathlib import Path

from city import search

ROOT = Path(__file__).resolve().parents[2]
EVERYDAY = ROOT / "tests" / "city" / "search" / "everyday_words.csv"
OTHER_CITIES = ROOT.parent / "shared" / "text" / "dev.csv"
TOPICS = {
    "Bike Parking": "bike-facilities",
    "Other (Code Enforcement)": "property-upkeep unpermitted-work signs-vendors short-term-rental",
    "Hazardous Materials": "hazardous-waste",
    "Graffiti - public property": "graffiti-public graffiti-private",
    "Disturbing the Peace": "loud-music construction-noise leaf-blower barking-dog",
    "Parks and Open Space Maintenance": "park-repair playground restroom sprinkler planter-weeds",
    "Animal Control": "animal-injured animal-dead barking-dog dog-rules",
    "Parking & Traffic Enforcement Issues": "car-parked-illegally abandoned-vehicle",
    "Refuse & Recycling Pick-up": "missed-pickup home-bin bulky-items",
    "Trash - Illegal Dumping": "illegal-dumping litter bulky-items",
    "Streetlights": "streetlight",
    "Potholes": "pothole",
    "Street Signs & Markings": "street-sign street-markings",
    "Trip Hazards": "sidewalk-trip-hazard curb-ramp",
    "Equipment Repair": "traffic-signal",
    "Tree Trimming": "tree-trimming tree-down tree-well",
    "Sewer Issues": "sewer storm-drain",
}


def codes(text):
    return [category.service_code for category in search.find_categories(text, limit=3)]


def everyday():
    """The rows of the project's own table that are not found: (phrase, wanted, what came)."""
    with EVERYDAY.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [(row["phrase"], row["service_code"], codes(row["phrase"])) for row in rows]
    return len(rows), [one for one in found if one[1] not in one[2]]


def other_cities():
    """(rows, rows found, rows by topic, rows found by topic) of what other cities' people wrote."""
    with OTHER_CITIES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    every = Counter(row["topic"] for row in rows)
    good = Counter(
        row["topic"] for row in rows if set(TOPICS[row["topic"]].split()) & set(codes(row["text"]))
    )
    return len(rows), good.total(), every, good


def main():
    count, missed = everyday()
    print(f"everyday words: {count - len(missed)} of {count} among the first three")
    for phrase, wanted, came in missed:
        print(f"  {phrase}: {wanted}, not {came}")
    if not OTHER_CITIES.exists():
        print(f"other cities: {OTHER_CITIES} is not here")
        return
    count, good, every, found = other_cities()
    print(f"other cities: {good} of {count} ({good / count:.1%}) among the first three")
    for topic, number in every.most_common():
        print(f"  {topic}: {found[topic]} of {number}")
