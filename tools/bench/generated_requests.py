"""Requests as a city has them after years, put straight into the tables by the database itself.

Every constraint and trigger holds: each request has its device, its events in the order of the
workflow, a photo and, every other one, a contact with a private link and the mails sent to it. One
of ten is open. The words are made up; the kinds, zones and departments are the city's.
"""

# BX-2222-2346 and the like, by number: ten letters that may stand in a reference.
REFERENCE = (
    "translate('BX-' || lpad((n / 10000)::text, 4, '0') || '-' || lpad((n % 10000)::text, 4, '0'),"
    " '0123456789', '2346789ACD')"
)
DEVICES = """
INSERT INTO requests_app_device (key_hash, created_at)
SELECT encode(sha256(convert_to('device ' || n, 'UTF8')), 'hex'), now() - n * interval '1 minute'
FROM generate_series({first}::bigint, {last}) AS n
"""
REQUESTS = """
WITH kinds AS (
    SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS turn, count(*) OVER () AS of,
           coalesce(c.department_id, (SELECT min(id) FROM city_department)) AS department_id
    FROM city_category c WHERE c.is_active AND NOT c.is_private
), zones AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn, count(*) OVER () AS of FROM city_zone
), numbers AS (
    SELECT n, n % 10 = 0 AS is_open, now() - n * interval '47 seconds' AS filed
    FROM generate_series({first}::bigint, {last}) AS n
)
INSERT INTO requests_app_servicerequest (
    reference, category_id, description, latitude, longitude, location_text, location_note,
    zone_id, status, outcome, status_before_question, priority, channel, language, is_private,
    is_hidden, department_id, dispute_used, disputed_by_reporter, times_routed, words_digest,
    filing_key, filed_at, clock_started_at, due_at, completed_at, closed_at, changed_at, version
)
SELECT {reference},
       kinds.id, 'Number ' || n || ': a ' || (ARRAY['deep', 'wide', 'loose', 'broken'])[n % 4 + 1]
           || ' ' || (ARRAY['hole', 'lid', 'branch', 'lamp', 'sign'])[n % 5 + 1]
           || ' that people fall over when it is dark and rains',
       34 + (n * 7919 % 40000) / 1000000.0, -118.5 + (n * 104729 % 40000) / 1000000.0,
       n % 900 || ' Generated Street', '', zones.id,
       CASE WHEN is_open THEN 'routed' ELSE 'closed' END,
       CASE WHEN is_open THEN '' ELSE 'confirmed' END, '', 'normal', 'web', 'en', false,
       false, kinds.department_id, false, false, 1,
       encode(sha256(convert_to('words ' || n, 'UTF8')), 'hex'), gen_random_uuid(),
       filed, filed, filed + interval '9 days',
       CASE WHEN is_open THEN NULL ELSE filed + interval '2 days' END,
       CASE WHEN is_open THEN NULL ELSE filed + interval '3 days' END,
       filed + interval '3 days', 4
FROM numbers
JOIN kinds ON kinds.turn = n % kinds.of
LEFT JOIN zones ON zones.turn = n % zones.of
"""
EVENTS = """
WITH steps (turn, verb, was, becomes, after) AS (VALUES
    (1, 'file', '', 'filed', interval '0'),
    (2, 'route', 'filed', 'routed', interval '1 hour'),
    (3, 'complete', 'routed', 'completed', interval '2 days'),
    (4, 'confirm', 'completed', 'closed', interval '3 days')
)
INSERT INTO requests_app_event (
    service_request_id, verb, at, status_before, status_after, device_id, on_behalf,
    department_id, code, due_at, rule
)
SELECT r.id, verb, r.filed_at + after, was, becomes,
       CASE WHEN verb IN ('file', 'confirm') THEN d.id END, false,
       CASE WHEN turn > 1 THEN r.department_id END, '', r.due_at, ''
FROM generate_series({first}::bigint, {last}) AS n
JOIN requests_app_servicerequest r ON r.reference = {reference}
JOIN requests_app_device d ON d.key_hash = encode(sha256(convert_to('device ' || n, 'UTF8')), 'hex')
JOIN steps ON turn <= 2 OR r.status = 'closed'
ORDER BY n, turn
"""
PHOTOS = """
INSERT INTO requests_app_photo (
    id, kind, state, service_request_id, event_id, device_id, position, original, digest, key,
    width, height, uploaded_at, attempts, is_hidden, redactions
)
SELECT gen_random_uuid(), 'report', 'ready', e.service_request_id, e.id, e.device_id, 0,
       'originals/' || e.id || '.jpg', encode(sha256(convert_to('p' || e.id, 'UTF8')), 'hex'),
       encode(sha256(convert_to('k' || e.id, 'UTF8')), 'hex'), 4000, 3000, e.at, 1, false, '[]'
FROM requests_app_event e JOIN requests_app_servicerequest r ON r.id = e.service_request_id
WHERE e.verb = 'file' AND r.id > {after}
"""
CONTACTS = """
INSERT INTO requests_app_contact (service_request_id, name, email, email_normalized, phone)
SELECT id, 'Resident ' || id, 'resident.' || id || '@example.org',
       'resident.' || id || '@example.org', ''
FROM requests_app_servicerequest WHERE id % 2 = 0 AND id > {after}
"""
LINKS = """
INSERT INTO requests_app_accesslink (nonce, token_hash, created_at, service_request_id)
SELECT gen_random_uuid(), encode(sha256(convert_to('link ' || e.id, 'UTF8')), 'hex'), e.at,
       e.service_request_id
FROM requests_app_event e JOIN requests_app_contact c USING (service_request_id)
WHERE e.verb IN ('file', 'complete') AND e.service_request_id > {after}
"""
MAILS = """
INSERT INTO notifications_delivery (
    event_id, kind, recipient, channel, language, link_id, state, created_at, due_at, sent_at,
    attempts, answer
)
SELECT e.id, CASE e.verb WHEN 'file' THEN 'receipt' ELSE 'completed' END, c.email, 'email', 'en',
       l.id, 'sent', e.at, e.at, e.at, 1, ''
FROM requests_app_event e
JOIN requests_app_contact c USING (service_request_id)
JOIN requests_app_accesslink l
  ON l.token_hash = encode(sha256(convert_to('link ' || e.id, 'UTF8')), 'hex')
WHERE e.verb IN ('file', 'complete') AND e.service_request_id > {after}
"""
ALL = (DEVICES, REQUESTS, EVENTS, PHOTOS, CONTACTS, LINKS, MAILS)


def generate(connection, first, last) -> int:
    """Requests number `first` to `last` over a psycopg connection; the rows that were made."""
    with connection.transaction():
        after = connection.execute("SELECT coalesce(max(id), 0) FROM requests_app_servicerequest")
        given = {"first": first, "last": last, "after": after.fetchone()[0]}
        given["reference"] = REFERENCE
        return sum(connection.execute(each.format(**given)).rowcount for each in ALL)
