-- A class and a person that a record with a slash may mean. Inputs: none. Outputs: pairs.

insert into pairs values ($class_id, $person_id);
