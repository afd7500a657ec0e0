-- A role with its password, and its database; none of it is changed where it is there.
SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SET log_statement = none;
ALTER ROLE :"role" PASSWORD ':word';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT 'GRANT pg_monitor TO santa311' WHERE :'role' = 'santa311' \gexec
SELECT 'ALTER ROLE backup REPLICATION' WHERE :'role' = 'backup' \gexec
