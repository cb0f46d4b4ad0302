-- The tables of the plan.

-- One row a change; `before` and `after` are the records as JSON, `school` is the school_id of the record. state: `go`,
-- `held` for what waits for a person, `paused` for what waits because the district is paused. `waits_for` of one that is
-- held has lists of kinds of holds: it goes once all kinds of one list are approved. Key: kind, id.
create or replace table planned.changes (
    kind varchar not null,
    id varchar not null,
    "action" varchar not null,
    "before" json,
    "after" json,
    state varchar not null,
    reason varchar,
    school varchar,
    waits_for varchar[][]
);

-- One row a delivered record that stays as it is although the files do not say so, with the reason. Key: kind, id.
create or replace table planned.kept (
    kind varchar not null,
    id varchar not null,
    reason varchar not null,
    primary key (kind, id)
);

-- One row a kind of changes that may wait for a person: how many of how many, how many are allowed, and whether they
-- wait. Key: kind.
create or replace table planned.holds (
    kind varchar not null,
    records bigint not null,
    delivered bigint not null,
    allowed bigint not null,
    is_held boolean not null,
    is_approved boolean not null
);

-- One row a change and the kind of hold that it waits for. Key: hold, kind, id.
create or replace table planned.waits (
    hold varchar not null,
    kind varchar not null,
    id varchar not null,
    reason varchar not null,
    primary key (hold, kind, id)
);

-- One row a term in which people think: how many the plan leaves so, and how many it would with all that waits.
-- Key: term.
create or replace table planned.people (
    term varchar not null,
    left_so bigint not null,
    if_approved bigint not null
);

-- One row: the plan, what of it a person may approve, the delivery on top of which it was made, changes held and paused,
-- records kept, the kinds that wait for a person, and the pause (`all`, `adds_only` or null).
create or replace table planned.plans (
    plan_hash varchar not null,
    hold_hash varchar,
    base bigint not null,
    held bigint not null,
    paused bigint not null,
    kept bigint not null,
    holds varchar[] not null,
    pause varchar
);
