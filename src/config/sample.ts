/** The file that `taskmaster init` writes: runs anywhere as it is, and shows what to change. */

export const SAMPLE_CONFIGURATION: string = `\
# Programs for taskmaster to supervise. Try it: taskmaster -c FILE
# After a change type "reload" in the control shell: programs that did not change keep running.

# Settings of taskmaster itself. All of them are optional.
taskmaster:
  # Started as root, taskmaster becomes this user before it starts anything.
  user: nobody
  # Where it works; a directory that every user may enter.
  workingdir: /
  # debug, info, warn or error
  loglevel: info
  # A web page, for who signs in with this token. Before the start:
  # export TASKMASTER_TOKEN=$(openssl rand -hex 32)
  # For names with passwords: "taskmaster hash-password" and "users".
  # http:
  #   listen: "127.0.0.1:9001"
  #   tokens:
  #     me: { token_env: TASKMASTER_TOKEN, role: admin }

# One entry per program; the name is what you type: "status", "restart web".
programs:
  web:
    # Split like a shell would, but no shell is run. Use the program's foreground mode: a program
    # that puts itself into the background cannot be supervised.
    cmd: sleep 3600
    # Where it runs. Without this: the directory of this file.
    workingdir: /
    # It has to live that many seconds to count as started. If it does not, it is tried again...
    starttime: 1
    # ...so many times, waiting a little longer each time, before taskmaster gives up.
    startretries: 3
    # Start it again when it ends with an exit code that is not listed: always, never, unexpected.
    autorestart: unexpected
    exitcodes: [0]
    # How it is stopped: this signal, then SIGKILL if it is still there so many seconds later.
    stopsignal: TERM
    stoptime: 10
    # Added to the environment. Values are taken as written; no quotes needed for numbers.
    env:
      PORT: 8080

  worker:
    # A list is taken as it is: this is how to run a line of shell.
    cmd: [sh, -c, 'echo "worker $TASKMASTER_PROCESS_NUM of $QUEUE"; exec sleep 3600']
    workingdir: /
    # Three processes: worker:0, worker:1 and worker:2.
    numprocs: 3
    # Low numbers start first and stop last; the default is 999.
    priority: 1000
    # A file of its own for the output of each. Without this: a file in the log directory.
    # stdout: /var/log/worker-{num}.log
    stderr: stdout
    env:
      QUEUE: mail

  migrate:
    # Runs once, when asked to: "start migrate".
    cmd: date
    workingdir: /
    autostart: false
    autorestart: never
    # It is done at once, and that is fine.
    starttime: 0
    umask: 022
`;
