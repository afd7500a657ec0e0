-- A changed role ends the person's sessions, whether a form, a sheet, the provider of the single
-- sign-on or a shell changes it. The epoch of the sessions never counts back, although a row that was
-- read earlier is saved.

CREATE FUNCTION accounts_end_sessions_of_changed_role() RETURNS trigger AS $$
BEGIN
    NEW.session_epoch := greatest(OLD.session_epoch, NEW.session_epoch);
    IF NEW.session_epoch = OLD.session_epoch THEN
        NEW.sessions_ended_because := OLD.sessions_ended_because;
    END IF;
    IF (OLD.is_active, OLD.is_agent, OLD.is_lead, OLD.is_staff, OLD.is_superuser)
        IS DISTINCT FROM (NEW.is_active, NEW.is_agent, NEW.is_lead, NEW.is_staff, NEW.is_superuser)
    THEN
        NEW.session_epoch := OLD.session_epoch + 1;
        NEW.sessions_ended_because := 'role';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER a_changed_role_ends_sessions BEFORE UPDATE ON accounts_user
FOR EACH ROW EXECUTE FUNCTION accounts_end_sessions_of_changed_role();

CREATE FUNCTION accounts_end_sessions_of_member() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    UPDATE accounts_user
    SET session_epoch = session_epoch + 1, sessions_ended_because = 'role'
    WHERE id IN (OLD.user_id, NEW.user_id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER a_changed_department_ends_sessions AFTER INSERT OR UPDATE OR DELETE
ON accounts_membership FOR EACH ROW EXECUTE FUNCTION accounts_end_sessions_of_member();

CREATE TRIGGER a_changed_group_ends_sessions AFTER INSERT OR UPDATE OR DELETE
ON accounts_user_groups FOR EACH ROW EXECUTE FUNCTION accounts_end_sessions_of_member();

CREATE TRIGGER a_changed_permission_ends_sessions AFTER INSERT OR UPDATE OR DELETE
ON accounts_user_user_permissions FOR EACH ROW EXECUTE FUNCTION accounts_end_sessions_of_member();
