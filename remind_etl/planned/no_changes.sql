-- A drop without rosters changes nothing of this kind. schema/records.py fills in the name.
-- Inputs: none. Outputs: planned.${changes}.

truncate planned.${changes};
