-- The facts in the order in which they are told: by record, stage and sentence, then by file and line; of many like ones
-- the first. Inputs: facts, sentences (stage, fact, sentence, position); $shown, how many.

select
    f.*,
    s.stage,
    coalesce(s.sentence, error('no sentence for ' || f.fact)) as sentence,
    row_number() over (
        partition by f.kind, f.id, f.fact, f."file"
        order by f.line, f.class_id, f.person_id, f.school_id, f.account_id, f."role", f.other, f.code, f.what
    ) as n,
    count(*) over (partition by f.kind, f.id, f.fact, f."file") as "of"
from facts as f
left join sentences as s on f.fact = s.fact
qualify n <= $shown
order by f.kind, f.id, s."position", f."file", n;
