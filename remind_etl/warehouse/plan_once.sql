-- Plans a statement over few rows, so that a kept connection can execute it again and again. No optimizer: their work takes
-- longer than the execution, and they know only the rows of the first time. Inputs: none. Outputs: none.

pragma disable_optimizer -- noqa: PRS
;

prepare ${planned} as
${statement};

pragma enable_optimizer;

execute ${planned};
