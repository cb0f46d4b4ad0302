-- Who is in which class, as the files say or as it was delivered. Inputs: own_memberships, sent_rows, reasons.
-- Outputs: facts.

-- A class shows only the memberships that stay.
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

-- The row that protects a membership: of its enrollment, else one of the class or person that lacks the other id.
causes as (
    select
        membership.class_id,
        membership.person_id,
        coalesce(reason.cause_line, reason.line) as cause_line,
        coalesce(reason.cause_file, reason."file") as cause_file,
        instr(reason.reason_code, 'unread') > 0 as is_unread,
        row_number() over (
            partition by membership.class_id, membership.person_id
            order by
                reason.id is null or reason.second_id is null asc,
                coalesce(reason.cause_line, reason.line) asc nulls last,
                coalesce(reason.cause_file, reason."file") asc nulls last,
                instr(reason.reason_code, 'unread') > 0 asc
        ) as nth
    from own_memberships as membership
    inner join reasons as reason
        on
            reason.kind = 'enrollment'
            and (reason.severity is null or reason.severity = 'error')
            and coalesce(membership.class_id = reason.id, reason.id is null)
            and coalesce(membership.person_id = reason.second_id, reason.second_id is null)
)

select
    membership.*,
    case
        when stays.id is null and sent.line is null then 'membership_as_delivered'
        when stays.id is null then 'membership'
        when cause.cause_line is null then 'membership_stays'
        when cause.is_unread then 'membership_stays_unread'
        else 'membership_stays_left_out'
    end,
    sent."file",
    sent.line,
    stays.reason_code,
    cause.cause_file,
    cause.cause_line
from own_memberships as membership
left join reasons as stays
    on
        stays.kind = 'class_memberships'
        and stays.id = membership.class_id || '/' || membership.account_id || '/' || membership."role"
left join rows_of as sent on membership.class_id = sent.class_id and membership.person_id = sent.person_id and sent.nth = 1
left join causes as cause
    on membership.class_id = cause.class_id and membership.person_id = cause.person_id and cause.nth = 1
where membership.kind != 'class' or stays.id is not null;
