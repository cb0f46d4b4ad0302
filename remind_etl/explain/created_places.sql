-- The places in classes that the last plan created, all of them: it created class memberships, a new kind. Guardians have
-- none of their own. Inputs: class_members. Outputs: changes.

insert into changes (kind, id, "action", state)
select
    'class_memberships',
    class_id || '/' || account_id || '/' || "role",
    'create',
    'go'
from class_members
where "role" != 'guardian';
