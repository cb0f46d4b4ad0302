-- What schools are called, as data. No word of a normal form is a spelling of another word. So a normal form stays as it is
-- when it is normalised again.
-- Grain: one row a spelling, a pair of words, a letter or a word, see below.
-- Inputs: none. Outputs: mapped_steps.spellings, mapped_steps.street_spellings, mapped_steps.word_pairs,
-- mapped_steps.side_letters, mapped_steps.common_words.

-- One row a spelling with its word. Key: spelling.
create or replace table mapped_steps.spellings as
from (
    values
    ('elem', 'elementary'), ('ele', 'elementary'), ('es', 'elementary'), ('elemen', 'elementary'),
    ('ms', 'middle'), ('mid', 'middle'), ('mdl', 'middle'), ('middl', 'middle'),
    ('hs', 'high'), ('hi', 'high'), ('highschool', 'high'),
    ('jhs', 'juniorhigh'), ('jh', 'juniorhigh'), ('jrhigh', 'juniorhigh'),
    ('is', 'intermediate'), ('interm', 'intermediate'),
    ('ps', 'public'), ('pub', 'public'),
    ('pri', 'primary'), ('prim', 'primary'),
    ('kg', 'kindergarten'), ('kinder', 'kindergarten'),
    ('prek', 'preschool'),
    ('jr', 'junior'), ('sr', 'senior'),
    ('acad', 'academy'), ('acdmy', 'academy'),
    ('alt', 'alternative'),
    ('chtr', 'charter'),
    ('ctr', 'center'), ('centre', 'center'), ('cntr', 'center'),
    ('comm', 'community'), ('cmty', 'community'),
    ('intl', 'international'),
    ('lrng', 'learning'),
    ('mag', 'magnet'),
    ('mont', 'montessori'),
    ('prep', 'preparatory'),
    ('sci', 'science'),
    ('tech', 'technical'),
    ('voc', 'vocational'),
    ('sch', 'school'), ('schl', 'school'), ('scho', 'school'), ('schools', 'school'), ('scl', 'school'),
    ('st', 'saint'), ('ste', 'saint'), ('sts', 'saint'), ('snt', 'saint'), ('sainte', 'saint'), ('saints', 'saint'),
    ('mt', 'mount'), ('mtn', 'mountain'), ('ft', 'fort'), ('pt', 'point'), ('vly', 'valley'), ('twp', 'township'),
    ('hts', 'heights'), ('spgs', 'springs'), ('ave', 'avenue'), ('rd', 'road'), ('blvd', 'boulevard'),
    ('dr', 'doctor'),
    ('ne', 'northeast'), ('nw', 'northwest'), ('se', 'southeast'), ('sw', 'southwest'),
    ('one', '1'), ('two', '2'), ('three', '3'), ('four', '4'), ('five', '5'), ('six', '6'), ('seven', '7'),
    ('eight', '8'), ('nine', '9'), ('ten', '10'), ('eleven', '11'), ('twelve', '12'),
    ('first', '1'), ('second', '2'), ('third', '3'), ('fourth', '4'), ('fifth', '5'), ('sixth', '6'), ('seventh', '7'),
    ('eighth', '8'), ('ninth', '9'), ('tenth', '10'), ('eleventh', '11'), ('twelfth', '12'),
    ('ii', '2'), ('iii', '3'), ('iv', '4'), ('vi', '6'), ('vii', '7'), ('viii', '8'), ('ix', '9')
) as given (spelling, word);

-- One row a spelling with the word that it stands for after a name, unless another name follows. Key: spelling.
create or replace table mapped_steps.street_spellings as
from (values ('st', 'street'), ('dr', 'drive')) as given (spelling, word);

-- One row two words, as normalised, that are one. Key: former, latter.
create or replace table mapped_steps.word_pairs as
from (
    values
    ('junior', 'high', 'juniorhigh'),
    ('p', 's', 'public'), ('e', 's', 'elementary'), ('m', 's', 'middle'), ('h', 's', 'high'), ('i', 's', 'intermediate')
) as given (former, latter, word);

-- One row a letter that stands for a side where it begins or ends a name. Key: letter.
create or replace table mapped_steps.side_letters as
from (values ('n', 'north'), ('s', 'south'), ('e', 'east'), ('w', 'west')) as given (letter, word);

-- One row a word that is not a name. If two schools have different levels or sides, they are different schools. Other words
-- count for little, or nothing. A name has the weight 1. Key: word.
create or replace table mapped_steps.common_words as
from (
    values
    ('preschool', 'level', 0.5), ('kindergarten', 'level', 0.5), ('primary', 'level', 0.5), ('elementary', 'level', 0.5),
    ('intermediate', 'level', 0.5), ('middle', 'level', 0.5), ('juniorhigh', 'level', 0.5), ('high', 'level', 0.5),
    ('north', 'side', 1.0), ('south', 'side', 1.0), ('east', 'side', 1.0), ('west', 'side', 1.0),
    ('northeast', 'side', 1.0), ('northwest', 'side', 1.0), ('southeast', 'side', 1.0), ('southwest', 'side', 1.0),
    ('upper', 'side', 1.0), ('lower', 'side', 1.0), ('boys', 'side', 1.0), ('girls', 'side', 1.0),
    ('senior', 'other', 0.25), ('junior', 'other', 0.25), ('public', 'other', 0.25), ('academy', 'other', 0.5),
    ('alternative', 'other', 0.5), ('center', 'other', 0.5), ('charter', 'other', 0.25), ('community', 'other', 0.25),
    ('international', 'other', 0.5), ('learning', 'other', 0.5), ('magnet', 'other', 0.25), ('montessori', 'other', 0.5),
    ('preparatory', 'other', 0.5), ('technical', 'other', 0.5), ('vocational', 'other', 0.5), ('science', 'other', 0.5),
    ('arts', 'other', 0.5), ('campus', 'other', 0.25), ('saint', 'other', 0.5), ('doctor', 'other', 0.25),
    ('school', 'other', 0.0), ('the', 'other', 0.0), ('of', 'other', 0.0), ('at', 'other', 0.0), ('for', 'other', 0.0),
    ('and', 'other', 0.0), ('number', 'other', 0.0), ('num', 'other', 0.0), ('no', 'other', 0.0)
) as given (word, kind, weight);
