-- The tables of the plan.

-- One row a change; `before` and `after` are the records as JSON. state: `go`, or `held` for a removal that waits for a
-- person. Key: kind, id.
create or replace table planned.changes (
    kind varchar not null,
    id varchar not null,
    "action" varchar not null,
    "before" json,
    "after" json,
    state varchar not null,
    reason varchar
);

-- One row a delivered record that is not in the plan's state and stays all the same, with the reason. Key: kind, id.
create or replace table planned.kept (
    kind varchar not null,
    id varchar not null,
    reason varchar not null,
    primary key (kind, id)
);

-- One row a kind of removals that are held: how many of how many, and the limits. Key: kind.
create or replace table planned.holds (
    kind varchar not null,
    removals bigint not null,
    delivered bigint not null,
    is_approved boolean not null
);

-- One row: the plan, the delivery on top of which it was made, changes held, records kept, and the kinds that wait for a
-- person (`schools` for one that vanished).
create or replace table planned.plans (
    plan_hash varchar not null,
    base bigint not null,
    held bigint not null,
    kept bigint not null,
    holds varchar [] not null
);
