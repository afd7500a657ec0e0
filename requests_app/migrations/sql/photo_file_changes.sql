-- A trigger notes the names of files that are stored, replaced or deleted with a photo's row, in the
-- same transaction. The names are those of Photo.original and Photo.storage_name.

CREATE FUNCTION requests_app_note_photo_files() RETURNS trigger AS $$
BEGIN
    INSERT INTO requests_app_photofilechange (name)
    SELECT DISTINCT file.name
    FROM (VALUES (OLD.original, OLD.key), (NEW.original, NEW.key)) AS photo (original, key)
    CROSS JOIN LATERAL (
        SELECT photo.original
        UNION ALL
        SELECT 'sizes/' || photo.key || '-' || size || '.webp'
        FROM unnest(ARRAY[320, 960, 1920]) AS size WHERE TG_OP <> 'INSERT'
    ) AS file (name)
    WHERE file.name <> '';
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER photo_files_change
AFTER INSERT OR DELETE OR UPDATE OF original, key, state ON requests_app_photo
FOR EACH ROW EXECUTE FUNCTION requests_app_note_photo_files();
