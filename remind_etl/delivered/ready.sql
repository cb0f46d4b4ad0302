-- The changes of one kind that go to the platform, as records with their action. Key: the kind's key.
-- Inputs: planned.changes, of $kind; $shape its columns as JSON.

select
    unnest(json_transform(coalesce("after", "before"), $shape)),
    "action"
from planned.changes
where kind = $kind and state = 'go';
