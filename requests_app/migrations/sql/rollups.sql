-- Triggers note each change of a public request in requests_app_rollupchange, which a task adds to the
-- totals; two views are the totals with the changes that wait. One statement writes one row for each
-- spot and state, however many requests it inserts.

CREATE FUNCTION requests_app_spot(degrees double precision) RETURNS integer AS $$
    SELECT floor(degrees * 16777216 / 90)::integer
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION requests_app_northing(latitude double precision) RETURNS double precision AS $$
    SELECT degrees(asinh(tan(radians(latitude))))
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION requests_app_count_new() RETURNS trigger AS $$
BEGIN
    INSERT INTO requests_app_rollupchange (category, zone, status, outcome, y, x, n)
    SELECT category_id, coalesce(zone_id, 0), status, outcome,
        requests_app_spot(requests_app_northing(latitude::double precision)),
        requests_app_spot(longitude::double precision), count(*)
    FROM rows WHERE NOT is_private AND NOT is_hidden GROUP BY 1, 2, 3, 4, 5, 6;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION requests_app_count_gone() RETURNS trigger AS $$
BEGIN
    INSERT INTO requests_app_rollupchange (category, zone, status, outcome, y, x, n)
    SELECT category_id, coalesce(zone_id, 0), status, outcome,
        requests_app_spot(requests_app_northing(latitude::double precision)),
        requests_app_spot(longitude::double precision), -count(*)
    FROM rows WHERE NOT is_private AND NOT is_hidden GROUP BY 1, 2, 3, 4, 5, 6;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION requests_app_count_changed() RETURNS trigger AS $$
BEGIN
    INSERT INTO requests_app_rollupchange (category, zone, status, outcome, y, x, n)
    SELECT category_id, coalesce(zone_id, 0), status, outcome,
        requests_app_spot(requests_app_northing(latitude::double precision)),
        requests_app_spot(longitude::double precision), n
    FROM (SELECT OLD.*, -1 AS n UNION ALL SELECT NEW.*, 1) AS rows
    WHERE NOT is_private AND NOT is_hidden;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE VIEW requests_app_categorycount AS
SELECT category, zone, status, outcome, n FROM requests_app_categorytotal
UNION ALL SELECT category, zone, status, outcome, n FROM requests_app_rollupchange;

CREATE VIEW requests_app_cellcount AS
SELECT level, category, y, x, zone, status, outcome, n, sum_y, sum_x FROM requests_app_celltotal
UNION ALL
SELECT level::smallint, kind, y >> 24 - level, x >> 24 - level, zone, status, outcome, n,
    n::bigint * y, n::bigint * x
FROM requests_app_rollupchange CROSS JOIN LATERAL (
    SELECT unnest(ARRAY[11, 13, 15, 17]) AS level, 0 AS kind UNION ALL SELECT 13, category
) AS kept
WHERE y IS NOT NULL;

CREATE TRIGGER new_requests_are_counted AFTER INSERT ON requests_app_servicerequest
REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION requests_app_count_new();

CREATE TRIGGER deleted_requests_are_not_counted AFTER DELETE ON requests_app_servicerequest
REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION requests_app_count_gone();

CREATE TRIGGER changed_requests_are_counted_anew AFTER UPDATE ON requests_app_servicerequest
FOR EACH ROW WHEN (
    (OLD.category_id, OLD.zone_id, OLD.status, OLD.outcome, OLD.latitude, OLD.longitude,
        OLD.is_private, OLD.is_hidden)
    IS DISTINCT FROM
    (NEW.category_id, NEW.zone_id, NEW.status, NEW.outcome, NEW.latitude, NEW.longitude,
        NEW.is_private, NEW.is_hidden)
) EXECUTE FUNCTION requests_app_count_changed();
