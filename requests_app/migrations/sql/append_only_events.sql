-- The database refuses UPDATE, DELETE and TRUNCATE of events.

CREATE FUNCTION requests_app_event_is_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'requests_app_event is append-only';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON requests_app_event
FOR EACH ROW EXECUTE FUNCTION requests_app_event_is_append_only();

CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON requests_app_event
FOR EACH STATEMENT EXECUTE FUNCTION requests_app_event_is_append_only();
