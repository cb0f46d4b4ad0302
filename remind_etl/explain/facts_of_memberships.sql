-- Who is in which class, as the files say or as it was delivered. Inputs: own_memberships, sent_rows, reasons.
-- Outputs: facts.

-- A class shows only the memberships that stay.
insert into facts by name
with rows_of as (
    select
        class_id,
        person_id,
        unnest(min({ 'is_owner': "file" = 'classes.csv', 'line': line, 'file': "file" }))
    from sent_rows
    where is_taken and class_id in (select own.class_id from own_memberships as own)
    group by class_id, person_id
),

-- The row that protects a membership: of its enrollment, else one of the class or person that lacks the other id.
causes as (
    select
        membership.class_id,
        membership.person_id,
        unnest(min({
            'is_half': reason.id is null or reason.second_id is null,
            'cause_line': coalesce(reason.cause_line, reason.line),
            'cause_file': coalesce(reason.cause_file, reason."file"),
            'is_unread': contains(reason.reason_code, 'unread')
        }))
    from own_memberships as membership
    inner join reasons as reason
        on
            reason.kind = 'enrollment'
            and (reason.severity is null or reason.severity = 'error')
            and coalesce(membership.class_id = reason.id, reason.id is null)
            and coalesce(membership.person_id = reason.second_id, reason.second_id is null)
    group by membership.class_id, membership.person_id
)

select
    membership.*,
    case
        when stays.id is null then if(sent.line is null, 'membership_as_delivered', 'membership')
        when cause.cause_line is null then 'membership_stays'
        else if(cause.is_unread, 'membership_stays_unread', 'membership_stays_left_out')
    end as fact,
    sent."file",
    sent.line,
    stays.reason_code as reason,
    cause.cause_file,
    cause.cause_line
from own_memberships as membership
left join reasons as stays
    on
        stays.kind = 'class_memberships'
        and stays.id = concat_ws('/', membership.class_id, membership.account_id, membership."role")
left join rows_of as sent on membership.class_id = sent.class_id and membership.person_id = sent.person_id
left join causes as cause on membership.class_id = cause.class_id and membership.person_id = cause.person_id
where membership.kind != 'class' or stays.id is not null;
