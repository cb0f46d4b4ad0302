-- The id of the record that is asked about. Inputs: none. Outputs: asked.

insert into asked values ($record);
