-- Names the remedy of gates: what made most of the problems that the gate counts. A gate that has a remedy keeps it.
-- Grain: one row a gate. Inputs: valid.findings. Outputs: valid.findings.

update valid.findings as gate
set remedy = most_common.remedy
from (
    with counted_remedies as (
        select
            counting_gate.detail,
            counting_gate."file",
            counted_finding.remedy,
            count(*) as findings,
            sum(count(*)) over (partition by counting_gate.detail, counting_gate."file") as of_all
        from valid.findings as counting_gate
        inner join valid.findings as counted_finding
            on
                counting_gate."file" = counted_finding."file"
                and list_contains(counting_gate.codes, counted_finding.code)
        where counting_gate.codes is not null
        group by counting_gate.detail, counting_gate."file", counted_finding.remedy
    )

    select *
    from counted_remedies
    where remedy is not null and findings > 0.5 * of_all
) as most_common
where
    gate.remedy is null
    and gate.codes is not null
    and gate."file" = most_common."file"
    and gate.detail = most_common.detail;
