/* SPDX-License-Identifier: Apache-2.0 */
/* What queries for findings share. */
#pragma once

/* The worst first, in ORDER BY; `column` is that of the severity. */
#define FINDING_ORDER(column)                                                                      \
  "CASE " column " WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 2 ELSE 3 END"

/* Whether finding_fact f is about domain d: one about several names each UUID in its evidence. */
#define FINDING_IS_ABOUT "(f.domain_id = d.domain_id OR instr(f.evidence, d.uuid) > 0)"
