-- Two schools that might be one, with their best score and its reason. fed_by is the school that feeds the platform's, if a
-- person decided so. A school about which a person decided has no rows.
-- Grain: one row a school of the files and a school of the platform. Key: school_id, platform_school_id.
-- Inputs: mapped_steps.link_scores, mapped_steps.normal_names, school_links. Outputs: mapped_steps.possible_links.

create or replace table mapped_steps.possible_links as
with best_scores as (
    select
        scored.school_id,
        scored.platform_school_id,
        max(scored.score) as score,
        min(feeding.school_id) as fed_by
    from mapped_steps.link_scores as scored
    anti join school_links as decided on scored.school_id = decided.school_id
    left join school_links as feeding on scored.platform_school_id = feeding.platform_school_id
    group by scored.school_id, scored.platform_school_id
),

written_names as (
    select
        side,
        id,
        mapped_steps.written_words("name") as words
    from mapped_steps.normal_names
),

-- The words that only one of the two names has. Both are empty if the names differ only in how they are written.
differing_words as (
    select
        best.*,
        mapped_steps.words_apart(
            file_name.words, list_transform(platform_name.words, lambda word: mapped_steps.school_key(word))
        ) as only_in_files,
        mapped_steps.words_apart(
            platform_name.words, list_transform(file_name.words, lambda word: mapped_steps.school_key(word))
        ) as only_on_platform
    from best_scores as best
    inner join written_names as file_name on file_name.side = 'files' and best.school_id = file_name.id
    inner join written_names as platform_name
        on platform_name.side = 'platform' and best.platform_school_id = platform_name.id
)

select
    school_id,
    platform_school_id,
    score,
    case score
        when 1 then 'same id'
        when 0.99 then 'same name'
        else
            case score when 0.95 then 'same' else 'similar' end || ' name, '
            || case
                when only_in_files || only_on_platform = '' then 'written otherwise'
                when only_on_platform = '' then 'with "' || only_in_files || '"'
                when only_in_files = '' then 'without "' || only_on_platform || '"'
                else 'with "' || only_in_files || '" for "' || only_on_platform || '"'
            end
    end as reason,
    fed_by
from differing_words;
