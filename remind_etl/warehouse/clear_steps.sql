-- Empties the schema of a stage's steps; `${stage}` is the stage.

create schema if not exists ${stage}_steps;

drop schema ${stage}_steps cascade;

create schema ${stage}_steps;
