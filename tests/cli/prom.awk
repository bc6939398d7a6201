# SPDX-License-Identifier: Apache-2.0
# The text exposition format of Prometheus, and nothing but: every metric with its HELP and TYPE before its samples,
# every sample once. Prints a line for whatever is wrong.

function wrong(what) {
  print FILENAME ":" FNR ": " what ": " $0
}

# take(PATTERN): whether the rest begins with it; then it is taken off, and in `token`.
function take(pattern) {
  if (!match(rest, "^" pattern))
    return 0
  token = substr(rest, 1, RLENGTH)
  rest = substr(rest, RLENGTH + 1)
  return 1
}

# {NAME="VALUE",…}: names once, in values a backslash only before another one, a quote or an n.
function take_labels(  names) {
  split("", names)
  if (!take("[{]"))
    return 1
  do {
    if (!take("[a-zA-Z_][a-zA-Z0-9_]*=") || token in names)
      return 0
    names[token] = 1
    if (!take("\"([^\"\\\\]|\\\\[\\\\\"n])*\""))
      return 0
  } while (take(","))
  return take("}")
}

{ rest = $0 }

/^# HELP / {
  if (!take("# HELP [a-zA-Z_:][a-zA-Z0-9_:]* ") || rest !~ /^([^\\]|\\\\|\\n)+$/)
    wrong("no help")
  metric = $3
  if (metric in helped)
    wrong("a second metric of one name")
  helped[metric] = 1
  typed = 0
  next
}

/^# TYPE / {
  if ($0 != "# TYPE " metric " gauge" || typed)
    wrong("no type of the metric before")
  typed = 1
  next
}

{
  if (!take("[a-zA-Z_:][a-zA-Z0-9_:]*") || token != metric || !typed)
    wrong("no sample of the metric before")
  if (!take_labels())
    wrong("bad labels")
  sample = substr($0, 1, length($0) - length(rest))
  if (sample in seen)
    wrong("a sample for the second time")
  seen[sample] = 1
  if (!take(" (-?[0-9]+([.][0-9]+)?(e[+-][0-9]+)?)") || rest != "")
    wrong("no value")
}
