-- Emails and phones that more than 20 people of different names share, such as a school's own. Nobody gets them. A
-- guardian without a name counts as another person with each student.
-- Grain: one row an email or phone. Key: value.
-- Inputs: provisioned.sent_contacts. Outputs: provisioned_steps.frequent_buckets, provisioned.placeholders.

create or replace macro provisioned_steps.is_crowd(people) as people > 20;

-- Values are counted by a short hash first: few buckets are frequent, and counting buckets is cheaper.
create or replace table provisioned_steps.frequent_buckets as
select hash("value") % 1000003 as bucket
from provisioned.sent_contacts
where "value" is not null
group by bucket
having provisioned_steps.is_crowd(count(*));

create or replace table provisioned.placeholders as
select
    sent."value",
    count(distinct coalesce(nullif(provisioned.name_key(first_name, last_name), ''), id)) as people,
    arg_min("column", { 'is_of_student': "column" not like 'teacher%', 'line': line, 'column': "column" }) as "column",
    coalesce(min(line) filter (where "column" like 'teacher%'), min(line)) as line
from provisioned.sent_contacts as sent
semi join provisioned_steps.frequent_buckets as frequent on hash(sent."value") % 1000003 = frequent.bucket
group by sent."value"
having provisioned_steps.is_crowd(people);
