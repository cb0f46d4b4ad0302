-- An empty warehouse: the schemas of the stages. The files *_tables.sql create the tables that more than one asset fills.
-- Inputs: none. Outputs: none.

drop schema if exists landed cascade;
drop schema if exists raw cascade;
drop schema if exists valid cascade;
drop schema if exists mapped cascade;
drop schema if exists provisioned cascade;
drop schema if exists planned cascade;
drop table if exists reasons;

-- The tables that the stages of the drop before left to be looked at.
drop schema if exists raw_steps cascade;
drop schema if exists valid_steps cascade;
drop schema if exists mapped_steps cascade;
drop schema if exists provisioned_steps cascade;
drop schema if exists planned_steps cascade;
drop schema if exists delivered_steps cascade;

create schema landed;
create schema raw;
create schema valid;
create schema mapped;
create schema provisioned;
create schema planned;
