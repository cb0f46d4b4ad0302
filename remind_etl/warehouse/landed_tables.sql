-- The tables of the landed files.
-- Grain and key: see each table. Inputs: none. Outputs: landed.files, landed.drops, landed.basis.

-- One row a file of the drop.
create table landed.files (
    "name" varchar primary key,
    file_name varchar not null,
    sent_as varchar not null,
    "path" varchar not null,
    "size" bigint not null,
    sha256 varchar not null,
    stated_rows bigint
);

-- One row: the drop that this warehouse is about.
create table landed.drops (
    district_id varchar not null,
    drop_id varchar not null,
    landed_at timestamptz not null
);

-- One row a fact that the run rests on, beside the delivery: see orchestration/basis.py. No rows if nobody asked.
create table landed.basis (
    "name" varchar primary key,
    "value" varchar not null
);
