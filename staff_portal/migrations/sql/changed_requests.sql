-- Whoever writes an event notes its request in the same transaction, and so does a refused mail.
-- Whether somebody left an address is counted too: retention deletes it without an event.

CREATE FUNCTION staff_portal_note_changed_requests() RETURNS trigger AS $$
BEGIN
    INSERT INTO staff_portal_changedrequest (service_request_id)
    SELECT DISTINCT service_request_id FROM written;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

-- No figure counts events of these verbs, and they change no figure.
CREATE FUNCTION staff_portal_note_requests_of_events() RETURNS trigger AS $$
BEGIN
    INSERT INTO staff_portal_changedrequest (service_request_id)
    SELECT DISTINCT service_request_id FROM written
     WHERE verb NOT IN ('assign', 'comment', 'follow', 'remind', 'schedule', 'start', 'unfollow');
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER note_changed_requests AFTER INSERT ON requests_app_event
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION staff_portal_note_requests_of_events();

CREATE TRIGGER note_changed_requests AFTER UPDATE ON requests_app_contact
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION staff_portal_note_changed_requests();

CREATE TRIGGER note_requests_without_contact AFTER DELETE ON requests_app_contact
REFERENCING OLD TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION staff_portal_note_changed_requests();
