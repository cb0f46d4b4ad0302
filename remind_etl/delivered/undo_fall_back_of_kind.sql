-- Records of one kind that cannot be as wished are as they would be without any undoing. schema/records.py fills in the
-- names.
-- Grain: one row a record. Key: the key of the kind. Inputs: none. Outputs: planned_steps.${wished}.

update planned_steps.${wished}
set ${otherwise}, is_there = otherwise is not null, as_of = null
where reason_code is not null and as_of is not null;
