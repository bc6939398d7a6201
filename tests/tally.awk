# SPDX-License-Identifier: Apache-2.0
# Count what ctest ran, from the JUnit files that it wrote: each case of a unit test program counts, and each
# story, fuzz corpus and script as one. Prints every skip with its reason, then "N passed, N failed, N skipped".

function plain(text) {
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

# The build folder that the file at hand lies in.
function build(path) {
  path = FILENAME
  sub(/\/[^\/]*$/, "", path)
  return path
}

# One line for all cases of a program that are skipped for one reason.
function skip(reason, line) {
  skipped++
  line = "skipped: " name " (" build() "): " (reason == "" ? "no reason given" : plain(reason))
  if (cases[line]++ == 0)
    lines[++line_count] = line
}

/<testcase / {
  name = status = $0
  sub(/.* name="/, "", name)
  sub(/".*/, "", name)
  sub(/.* status="/, "", status)
  sub(/".*/, "", status)
  planned = ok = not_ok = 0
  last = ""
}

/<skipped message="SKIP_RETURN_CODE/ { status = "skip" }

/<system-out>/ { sub(/.*<system-out>/, "") }

/^1\.\.[0-9]+$/ { planned = 1 }
/^not ok / { not_ok++ }
/^ok .* # SKIP/ { case_reason = $0; sub(/.* # SKIP */, "", case_reason); skip(case_reason); next }
/^ok / { ok++ }

/<\/system-out>/ { sub(/<\/system-out>.*/, "") }
!/^[ \t]*</ && /[^ \t]/ { last = $0 }

/<\/testcase>/ {
  if (status == "skip")
    skip(last)
  else if (status == "run")
    passed += planned ? ok : 1
  else {
    passed += ok
    failed += not_ok > 0 ? not_ok : 1
    print "failed: " name " (" build() ")"
  }
}

END {
  for (i = 1; i <= line_count; i++)
    print lines[i] (cases[lines[i]] > 1 ? " (" cases[lines[i]] " cases)" : "")
  printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
}
