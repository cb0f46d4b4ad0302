-- Names the remedy that a value shows. A finding that has a remedy keeps it.
-- Grain: one row a finding. Inputs: none. Outputs: valid.findings.

update valid.findings
set
    remedy = case
        when code in ('missing_id', 'missing_value') and valid.is_null_word(coalesce("value", record_id)) then 'null_words'
        when valid.is_null_word("value") then 'no_value'
        when code = 'invalid_phone' and valid.is_made_up_phone("value") then 'made_up_phones'
        when valid.is_error_value(coalesce("value", record_id)) then 'error_values'
        when valid.is_rounded(coalesce("value", record_id)) then 'rounded'
        when lower("value") = "column" and line > 1 then 'header_again'
        when valid.is_curly("value") then 'curly_quotes'
        when "value" like '="%"' then 'formula'
        when starts_with(code, 'unknown_') and valid.is_total("value") then 'totals'
        when starts_with(code, 'unknown_') and valid.is_footer("value") then 'footers'
        when code = 'invalid_dob' and regexp_full_match("value", '[0-9]{5}(\.0+)?') then 'serial_dates'
        when code = 'invalid_dob' and regexp_full_match("value", '[0-9]{1,2}[-/. ]([0-9]{1,2}|[A-Z][a-z]{2})[-/. ][0-9]{2}')
            then 'short_years'
        when code = 'invalid_dob' and regexp_full_match("value", '(1[3-9]|2[0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.][0-9]{4}')
            then 'days_first'
        when code = 'invalid_dob' and regexp_full_match("value", '.*[T ][0-9]{1,2}:[0-9]{2}.*') then 'times'
        when
            code in ('invalid_grade', 'unknown_school', 'unknown_teacher', 'unknown_class', 'unknown_user')
            and regexp_full_match("value", '[0-9]{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-[0-9]{2}') then 'dates'
        when starts_with(code, 'invalid_') and regexp_full_match("value", '(?i)n\.?/?a\.?|none|null|nil|unknown|tbd|-+|\.+|x+')
            then 'no_value'
    end
where remedy is null;
