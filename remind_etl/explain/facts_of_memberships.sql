-- Who is in which class, as the files say or as it was delivered. Inputs: own_memberships, sent_rows, reasons.
-- Outputs: facts.

-- A class shows only the memberships that stay. If one stays because of a rejected enrollment, its rule has recorded the line.
-- A hold has no line.
insert into facts (
    kind, id, class_id, account_id, "role", person_id, fact, "file", line, reason, cause_file, cause_line
)
with rows_of as (
    select
        class_id,
        person_id,
        "file",
        line,
        row_number() over (partition by class_id, person_id order by "file" = 'classes.csv' asc, line asc, "file" asc) as nth
    from sent_rows
    where is_taken and class_id in (select own.class_id from own_memberships as own)
),

-- The rows that were rejected because of the row of their class or person, and those that could not be read.
causes as (
    select
        "file",
        line,
        min(cause_file) as cause_file,
        min(cause_line) as cause_line,
        max(instr(reason_code, 'unread') > 0 or found_by like 'raw/%') as is_unread
    from reasons
    where line is not null
    group by "file", line
)

select
    membership.*,
    case
        when stays.id is null and sent.line is null then 'membership_as_delivered'
        when stays.id is null then 'membership'
        when stays.reason_code != 'enrollment_row_rejected' or stays.cause_line is null then 'membership_stays'
        when cause.is_unread then 'membership_stays_unread'
        else 'membership_stays_left_out'
    end,
    sent."file",
    sent.line,
    stays.reason_code,
    coalesce(cause.cause_file, stays.cause_file),
    coalesce(cause.cause_line, stays.cause_line)
from own_memberships as membership
left join reasons as stays
    on
        stays.kind = 'class_memberships'
        and stays.id = membership.class_id || '/' || membership.account_id || '/' || membership."role"
left join rows_of as sent on membership.class_id = sent.class_id and membership.person_id = sent.person_id and sent.nth = 1
left join causes as cause on stays.cause_file = cause."file" and stays.cause_line = cause.line
where membership.kind != 'class' or stays.id is not null;
