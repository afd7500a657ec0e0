-- The security log is append-only for 30 days, is not truncated, and its times are the database's.

CREATE FUNCTION accounts_securityrecord_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR OLD.at > now() - interval '30 days' THEN
        RAISE EXCEPTION 'accounts_securityrecord is append-only';
    END IF;
    RETURN OLD;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER security_record_is_append_only BEFORE UPDATE OR DELETE ON accounts_securityrecord
FOR EACH ROW EXECUTE FUNCTION accounts_securityrecord_is_append_only();

CREATE FUNCTION accounts_securityrecord_is_not_truncated() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'accounts_securityrecord is append-only';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER security_record_is_not_truncated BEFORE TRUNCATE ON accounts_securityrecord
FOR EACH STATEMENT EXECUTE FUNCTION accounts_securityrecord_is_not_truncated();

CREATE FUNCTION accounts_securityrecord_has_the_time_of_now() RETURNS trigger AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER security_record_has_the_time_of_now BEFORE INSERT ON accounts_securityrecord
FOR EACH ROW EXECUTE FUNCTION accounts_securityrecord_has_the_time_of_now();
