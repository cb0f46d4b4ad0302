-- The words that names, and the spellings that phones are made of.
-- grain: a word of a kind   key: kind, name   inputs: names.csv ($names)
create table words as
select
    kind,
    name
from read_csv($names, auto_detect = false, header = true, columns = { 'kind': 'varchar', 'name': 'varchar' });
