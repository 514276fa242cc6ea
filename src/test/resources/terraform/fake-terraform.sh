#!/bin/sh
# Stands in for Terraform in tests: prints what the files in $FAKE say, and takes a signal as Terraform does.
command=$1
echo "$*" >> "$FAKE/calls"
env | sort > "$FAKE/environment"
for argument in "$@"; do
  case $argument in -out=*) echo "a plan" > "${argument#-out=}" ;; esac
done
stopped() {
  echo x >> "$FAKE/signals"
  [ -f "$FAKE/$command.stubborn" ] && [ "$(wc -l < "$FAKE/signals")" -lt 2 ] && return
  [ -f "$FAKE/$command.stopped" ] && cat "$FAKE/$command.stopped"
  exit 1
}
trap stopped TERM
[ -f "$FAKE/$command.out" ] && cat "$FAKE/$command.out"
[ -f "$FAKE/$command.err" ] && cat "$FAKE/$command.err" >&2
while [ -f "$FAKE/$command.wait" ]; do
  sleep 0.05
done
[ -f "$FAKE/$command.rc" ] && exit "$(cat "$FAKE/$command.rc")"
exit 0
