-- A row was left out, and all that can be read of it are schools and names. Whoever has all of these stays.
-- Grain: one row an account and file. Key: account_id, file.
-- Inputs: planned_steps.unnamed_cells, planned_steps.delivered_people, platform_school_members.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
with cells_of_people as (
    select
        person."file",
        person.first_name as cell,
        person.account_id
    from planned_steps.delivered_people as person
    semi join planned_steps.unnamed_cells as unnamed
        on person."file" = unnamed."file" and person.first_name = unnamed.cell
    union
    select
        person."file",
        person.last_name,
        person.account_id
    from planned_steps.delivered_people as person
    semi join planned_steps.unnamed_cells as unnamed
        on person."file" = unnamed."file" and person.last_name = unnamed.cell
    union
    select
        member."role" || 's.csv',
        member.school_id,
        member.account_id
    from platform_school_members as member
    semi join planned_steps.unnamed_cells as unnamed
        on member."role" || 's.csv' = unnamed."file" and member.school_id = unnamed.cell
    where member.removed_at is null
),

known_cells as (
    select distinct
        "file",
        cell
    from cells_of_people
),

-- One row the cells of rows in which each cell is a school or name. Key: file, cells.
short_rows as (
    select
        "file",
        cells,
        min(line) as line
    from (
        select
            unnamed."file",
            unnamed.line,
            list(unnamed.cell order by unnamed.cell) as cells
        from planned_steps.unnamed_cells as unnamed
        left join known_cells as known on unnamed."file" = known."file" and unnamed.cell = known.cell
        group by unnamed."file", unnamed.line
        having count(*) = count(known.cell)
    )
    group by "file", cells
),

cells_of_short_rows as (
    select
        *,
        unnest(cells) as cell
    from short_rows
),

people_with_all_cells as (
    select
        having_cell.account_id,
        having_cell."file",
        row_cell.line
    from cells_of_short_rows as row_cell
    inner join cells_of_people as having_cell on row_cell."file" = having_cell."file" and row_cell.cell = having_cell.cell
    group by having_cell.account_id, having_cell."file", row_cell.cells, row_cell.line
    having count(*) = len(row_cell.cells)
)

select
    account_id,
    'people_protected_by_short_rows' as rule,
    'row_rejected' as reason_code,
    "file",
    min(line) as line
from people_with_all_cells
group by account_id, "file";
