-- One row for each subject that a rule could judge; those it could not are absent and keep the alert they have.
-- (The rule's query is the temporary view judgement.)
create temp table judged on commit drop as
select
    subject_id::text as subject_id,
    region_code::text as region_code,
    severity::text as severity,
    title::text as title,
    evidence,
    is_firing
from judgement;
alter table judged add primary key (subject_id);
analyze judged
