-- The tables of the plan.

-- One row a change; `before` and `after` are the records as JSON. state: `go`, or `held` for what waits for a person.
-- Key: kind, id.
create or replace table planned.changes (
    kind varchar not null,
    id varchar not null,
    "action" varchar not null,
    "before" json,
    "after" json,
    state varchar not null,
    reason varchar
);

-- One row a delivered record that stays as it is although the files do not say so, with the reason. Key: kind, id.
create or replace table planned.kept (
    kind varchar not null,
    id varchar not null,
    reason varchar not null,
    primary key (kind, id)
);

-- One row a kind of removals for which limits are set: how many of how many, and whether they wait. Key: kind.
create or replace table planned.removals (
    kind varchar not null,
    removals bigint not null,
    delivered bigint not null,
    is_held boolean not null,
    is_approved boolean not null
);

-- One row: the plan, what of it a person may approve, the delivery on top of which it was made, changes held, records
-- kept, and the kinds that wait for a person (`schools` for one that vanished).
create or replace table planned.plans (
    plan_hash varchar not null,
    hold_hash varchar,
    base bigint not null,
    held bigint not null,
    kept bigint not null,
    holds varchar[] not null
);
