# A program of one hostile kind: sh hostile.sh KIND
#
# Each line it writes is "<LIFE N padding>", N from 1 up. How far it got stands in the file
# "$COUNTS/PROCESS" afterwards, as "LIFE N": the log must have all those lines, and at most one more.
# Nothing here needs another program but seq, setsid and sleep, so that a hundred are no burden.
kind=$1
ulimit -c 0
# What a shell says when somebody has killed its sleep is not to be counted.
exec 2>/dev/null

begin_life() {
  read -r life </proc/sys/kernel/random/uuid
  life=${life%-*-*-*}
  n=0
}

say() {
  n=$((n + 1))
  echo "<$life $n $PADDING>"
  echo "$life $n" >>"$COUNTS/$TASKMASTER_PROCESS"
}

talk() {
  end=$((n + $1))
  while [ "$n" -lt "$end" ]; do say; done
}

# Ten lines every two seconds, for ever or so many times.
live() {
  rounds=${1:--1}
  while [ "$rounds" -ne 0 ]; do
    talk 10
    sleep 2
    rounds=$((rounds - 1))
  done
}

# Signals that end a process: one for each process of this kind.
deadly_signal() {
  shift "$TASKMASTER_PROCESS_NUM"
  echo "$1"
}

begin_life
[ "$kind" != escaped ] || echo "$$ $life" >>"$COUNTS/escaped"
case $kind in
steady | terminal) live ;;
deaf)
  trap '' TERM HUP INT
  live
  ;;
brood)
  # Its children forget the lines, stay in the group and outlive it.
  for each in 1 2 3; do sleep 1000 & done
  live 2
  exit 1
  ;;
leaver)
  # Holds the pipe open, and will not go when asked.
  (trap '' TERM; begin_life; live) &
  talk 3
  sleep 1.5
  exit 0
  ;;
escaper)
  ROLE=escaped setsid sh "$0" escaped &
  live 2
  exit 0
  ;;
escaped) live 2 ;;
flood)
  while :; do
    to=$((n + 2000))
    if seq -f "<$life %.0f $PADDING>" $((n + 1)) "$to"; then
      n=$to
      echo "$life $n" >>"$COUNTS/$TASKMASTER_PROCESS"
    else
      begin_life # somebody has killed it in the middle
    fi
    sleep "$FLOOD_PAUSE"
  done
  ;;
torrent)
  while :; do
    yes | head -c 4000000
    sleep "$FLOOD_PAUSE"
  done
  ;;
mute)
  exec >&- 2>&-
  while :; do sleep 5; done
  ;;
brief)
  say
  exit $((TASKMASTER_PROCESS_NUM % 3))
  ;;
dies)
  talk 2
  sleep 1.2
  signal=$(deadly_signal 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 24 25 26 27 29 30 31 34 40 64)
  echo "$TASKMASTER_PROCESS $$ $signal" >>"$COUNTS/deaths"
  kill -"$signal" $$
  sleep 1000
  ;;
fails)
  say
  exit 7
  ;;
frozen)
  talk 2
  kill -STOP $$
  live
  ;;
small)
  trap 'over=1' TERM
  while [ -z "$over" ]; do
    talk 5
    sleep 0.5
  done
  ;;
*)
  echo "no such kind: $kind"
  exit 2
  ;;
esac
