-- No proposals, as a person decided about each school of the files. Names are compared for undecided schools only.
-- Grain: no row. Inputs: none. Outputs: mapped_steps.proposals, mapped_steps.undecided.

create or replace table mapped_steps.proposals (
    school_id varchar,
    platform_school_id varchar,
    score double,
    reason varchar
);

create or replace table mapped_steps.undecided (
    school_id varchar,
    reason varchar
);
