-- A teacher or student stays if their id stands in a row that was left out. If no delivered id stands in the row, everybody
-- with the first and last name in it stays.
-- Grain: one row an account and file. Key: account_id, file.
-- Inputs: planned_steps.left_out_tokens, planned_steps.unnamed_cells, planned_steps.delivered_people.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with named_by_id as (
    select
        person.account_id,
        cell."file",
        cell.line
    from planned_steps.left_out_tokens as cell
    inner join planned_steps.delivered_people as person on cell."file" = person."file" and cell.cell = person.person_id
),

named_by_name as (
    select
        person.account_id,
        first_name."file",
        first_name.line
    from planned_steps.unnamed_cells as first_name
    inner join planned_steps.delivered_people as person
        on first_name."file" = person."file" and first_name.cell = person.first_name
    semi join planned_steps.unnamed_cells as last_name
        on
            first_name."file" = last_name."file"
            and first_name.line = last_name.line
            and person.last_name = last_name.cell
)

select
    account_id,
    'people_protected_by_rejected_rows' as rule,
    'row_rejected' as reason_code,
    "file",
    min(line) as line
from (
    from named_by_id
    union all
    from named_by_name
)
group by account_id, "file";
