"""Check that a filled database has only data that the workflow could have created.

The log of every request is checked with the invariant of the fault experiments, some thousands at a
time. Relations between two tables are checked with queries that count violations.
"""

import psycopg

from tools.bench.faults.checks import Check
from tools.bench.faults.invariants import Row, Step, read_transitions, the_log_is_legal

CHUNK = 20_000
ROWS = """SELECT id, reference, status, '', '' FROM requests_app_servicerequest
    WHERE id > %s AND id <= %s"""
STEPS = """SELECT service_request_id, verb, status_before, status_after,
    extract(epoch FROM at)::float FROM requests_app_event
    WHERE service_request_id > %s AND service_request_id <= %s ORDER BY service_request_id, id"""
EVENTS = "requests_app_event e JOIN requests_app_servicerequest r ON r.id = e.service_request_id"
LAST = """SELECT DISTINCT ON (service_request_id) * FROM requests_app_event
    ORDER BY service_request_id, id DESC"""
FOR_STAFF = """(verb IN ('remind', 'hand_over') OR verb = 'comment' AND EXISTS (SELECT
    FROM requests_app_comment c WHERE c.event_id = e.id AND NOT c.is_public))"""
BREACHES = {
    "debts of the outbox": "SELECT count(*) FROM requests_app_pendingevent",
    "mails due and not sent": "SELECT count(*) FROM notifications_delivery WHERE state <> 'sent'",
    "requests that differ from the last line of their log": f"""SELECT count(*) FROM ({LAST}) e
        JOIN requests_app_servicerequest r ON r.id = e.service_request_id
        WHERE (r.status, r.department_id, r.assignee_id, r.due_at)
        IS DISTINCT FROM (e.status_after, e.department_id, e.assignee_id, e.due_at)""",
    "versions that are not the number of what happened": f"""SELECT count(*) FROM
        requests_app_servicerequest r JOIN (SELECT service_request_id AS id,
            count(*) FILTER (WHERE NOT {FOR_STAFF}) AS seen, count(*) FILTER (WHERE {FOR_STAFF})
            AS unseen, max(at) FILTER (WHERE NOT {FOR_STAFF}) AS at
            FROM requests_app_event e GROUP BY 1) l USING (id)
        LEFT JOIN (SELECT duplicate_of_id AS id, count(*) AS n FROM requests_app_servicerequest
            GROUP BY 1) d USING (id)
        LEFT JOIN (SELECT service_request_id AS id, count(*) AS n FROM requests_app_contentreport
            GROUP BY 1) c USING (id)
        WHERE r.version <> l.seen + coalesce(d.n, 0)
        OR r.staff_version <> l.unseen + coalesce(c.n, 0)
        OR r.changed_at <> l.at""",
    "requests routed so often as no event says": """SELECT count(*) FROM
        requests_app_servicerequest r WHERE times_routed <> (SELECT count(*)
        FROM requests_app_event e WHERE e.service_request_id = r.id AND verb = 'route')""",
    "news of which the reporter was not told": f"""SELECT count(*) FROM {EVENTS}
        JOIN requests_app_contact c ON c.service_request_id = r.id
        WHERE verb IN ('file', 'route', 'schedule', 'ask', 'complete', 'uphold', 'decline',
            'close_unanswered', 'transfer', 'mark_duplicate', 'reopen') AND c.email <> ''
        AND NOT EXISTS (SELECT FROM notifications_delivery d WHERE d.event_id = e.id
            AND d.recipient = lower(c.email))""",
    "departments that were not told": f"""SELECT count(*) FROM {EVENTS}
        JOIN city_department d ON d.id = e.department_id WHERE verb = 'dispute'
        AND d.email <> '' AND NOT EXISTS (SELECT FROM notifications_delivery n
            WHERE n.event_id = e.id AND n.recipient = lower(d.email))""",
    "duplicates whose event names another original": f"""SELECT count(*) FROM {EVENTS}
        WHERE verb = 'mark_duplicate' AND other_request_id IS DISTINCT FROM duplicate_of_id
        AND outcome = 'duplicate'""",
    "duplicates of what is private, hidden or one itself": """SELECT count(*) FROM
        requests_app_servicerequest d JOIN requests_app_servicerequest o ON o.id = d.duplicate_of_id
        WHERE o.is_private OR o.is_hidden OR o.duplicate_of_id IS NOT NULL""",
    "finished work without its row": """SELECT count(*) FROM requests_app_event e
        WHERE (verb = 'complete') <> EXISTS (SELECT FROM requests_app_completion c
            WHERE c.event_id = e.id)""",
    "photos, words or finished work of another request's event": " UNION ALL ".join(
        f"SELECT count(*) FROM {table} x JOIN requests_app_event e ON e.id = x.event_id"
        " WHERE e.service_request_id <> x.service_request_id"
        for table in ("requests_app_photo", "requests_app_comment", "requests_app_completion",
                      "requests_app_feedback")
    ),
    "finished requests without a day, or the other way round": """SELECT count(*) FROM
        requests_app_servicerequest WHERE (status = 'completed' OR outcome IN ('confirmed',
        'unanswered', 'upheld')) AND (completed_at IS NULL OR completed_by_id IS NULL)""",
    "people kept for longer than the city keeps them": """SELECT count(*) FROM
        requests_app_servicerequest r, city_city c WHERE (forgotten_at IS NOT NULL) AND EXISTS
        (SELECT FROM requests_app_contact x WHERE x.service_request_id = r.id)""",
    "filed requests without what the rules say": """SELECT count(*) FROM
        requests_app_servicerequest r WHERE channel <> 'import' AND NOT EXISTS
        (SELECT FROM routing_proposal p WHERE p.service_request_id = r.id)""",
    "requests of another system that no key filed": """SELECT count(*) FROM
        requests_app_servicerequest r WHERE channel = 'api' AND NOT EXISTS
        (SELECT FROM requests_app_event e WHERE e.service_request_id = r.id AND verb = 'file'
        AND key_id IS NOT NULL)""",
    "events older than one with a smaller number": """SELECT count(*) FROM (SELECT at < lag(at)
        OVER (PARTITION BY service_request_id ORDER BY id) AS is_wrong FROM requests_app_event) s
        WHERE is_wrong""",
}  # fmt: skip


def check(url) -> list[Check]:
    """Return a check for each rule; the settings of a city must be in the environment."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET work_mem = '256MB'")
        checks = [_logs(connection), *_samples(connection)]
        for name, query in BREACHES.items():
            found = sum(row[0] for row in connection.execute(query).fetchall())
            checks.append(_none(name, found))
    return checks


def _none(name, breaches) -> Check:
    return Check(name, f"{breaches:,}", breaches == 0)


def _logs(connection) -> Check:
    last = connection.execute("SELECT max(id) FROM requests_app_servicerequest").fetchone()[0]
    table, wrong, looked_at = read_transitions(), 0, 0
    for first in range(0, last, CHUNK):
        given = [first, first + CHUNK]
        rows = [Row(*row) for row in connection.execute(ROWS, given)]
        steps = [Step(*row) for row in connection.execute(STEPS, given)]
        legal = the_log_is_legal(rows, steps, table)
        if not legal.ok:
            print(legal.measured)
        wrong, looked_at = wrong + int(legal.measured.split()[0]), looked_at + len(rows)
    return _none(f"illegal logs (of {looked_at:,} requests)", wrong)


def _samples(connection) -> list[Check]:
    """Check some hundred requests with the application's own functions."""
    from city import danger, geo
    from requests_app.models.text_digest import compute_text_digest

    some = """SELECT r.description, r.words_digest, r.latitude, r.longitude, r.zone_id,
        EXISTS (SELECT FROM requests_app_event e WHERE e.service_request_id = r.id
            AND verb = 'flag_danger')
        FROM requests_app_servicerequest r WHERE words_forgotten_at IS NULL AND channel <> 'import'
        AND (id % 97 = 0 OR danger <> '') ORDER BY id DESC LIMIT 600"""
    rows = connection.execute(some).fetchall()
    unmarked = sum(
        bool(danger.find_danger(words)) != is_marked for words, *_rest, is_marked in rows
    )
    digests = sum(compute_text_digest(words) != digest for words, digest, *_rest in rows)
    zones = sum(getattr(geo.zone_at(lat, lng), "pk", None) != zone
                for _words, _digest, lat, lng, zone, _marked in rows)  # fmt: skip
    of = f"of {len(rows)}"
    return [
        _none(f"words of danger without a mark, or the other way round ({of})", unmarked),
        _none(f"digests of other words ({of})", digests),
        _none(f"places in another zone ({of})", zones),
    ]
