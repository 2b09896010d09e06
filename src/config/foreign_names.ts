/** What other supervisors call our keys: their users try those first. */

export const FOREIGN_PROGRAM_KEYS: ReadonlyMap<string, string> = new Map([
  // supervisord
  ["command", 'write "cmd"'],
  ["directory", 'write "workingdir"'],
  ["environment", 'write "env", with a mapping from names to values'],
  ["stdout_logfile", 'write "stdout"'],
  ["stderr_logfile", 'write "stderr"'],
  ["stdout_logfile_maxbytes", 'it is called "stdout_maxbytes" here'],
  ["stderr_logfile_maxbytes", 'it is called "stderr_maxbytes" here'],
  ["stdout_logfile_backups", 'it is called "stdout_backups" here'],
  ["stderr_logfile_backups", 'it is called "stderr_backups" here'],
  ["redirect_stderr", 'write "stderr: stdout"'],
  ["startsecs", 'write "starttime"'],
  ["stopwaitsecs", 'write "stoptime"'],
  ["process_name", 'processes are named after their program: "web:0", "web:1"'],
  ["numprocs_start", "process numbers start at 0"],
  // Others
  ["args", 'write the arguments in "cmd", which can be a list'],
  ["cwd", 'write "workingdir"'],
  ["working_dir", 'write "workingdir"'],
  ["env_file", 'write the variables in "env"'],
  ["restart", 'write "autorestart: always", "never" or "unexpected"'],
  ["replicas", 'write "numprocs"'],
  ["instances", 'write "numprocs"'],
  ["stop_signal", 'write "stopsignal"'],
  ["stop_grace_period", 'write "stoptime"'],
  ["name", "a program's name is the key it stands under"],
]);

export const FOREIGN_DAEMON_KEYS: ReadonlyMap<string, string> = new Map([
  ["directory", 'write "workingdir"'],
  ["environment", 'write "env", with a mapping from names to values'],
  ["identifier", 'write "name"'],
  ["childlogdir", 'write "logdir"'],
  ["nodaemon", 'say it on the command line: "taskmaster" stays, "taskmaster daemon" detaches'],
  ["log_level", 'write "loglevel"'],
  ["log_file", 'write "logfile"'],
]);

export const FOREIGN_HTTP_KEYS: ReadonlyMap<string, string> = new Map([
  ["port", 'write it into "listen": "127.0.0.1:9001"'],
  ["address", 'write "listen"'],
  ["bind", 'write "listen"'],
  ["host", 'write "listen" for where it listens, "hosts" for the names it has'],
  ["username", 'write "users: {NAME: {password_hash: …}}"'],
  ["password", 'write "users: {NAME: {password_hash: …}}"'],
  ["token", 'write "tokens: {NAME: {token: …}}"'],
]);

const HASH = 'write "password_hash", with what `taskmaster hash-password` prints';

export const FOREIGN_USER_KEYS: ReadonlyMap<string, string> = new Map([
  ["password", HASH],
  ["hash", HASH],
  ["passwd", HASH],
]);

export const FOREIGN_TOKEN_KEYS: ReadonlyMap<string, string> = new Map([
  ["env", 'write "token_env"'],
  ["file", 'write "token_file"'],
  ["secret", 'write "token"'],
]);

export const FOREIGN_ALERT_KEYS: ReadonlyMap<string, string> = new Map([
  ["server", 'write "host"'],
  ["smtp_host", 'write "host"'],
  ["smtp_port", 'write "port"'],
  ["user", 'write "username"'],
  ["login", 'write "username"'],
  ["pass", 'write "password", "password_env" or "password_file"'],
  ["recipients", 'write "to"'],
  ["destinations", 'write "to"'],
  ["sender", 'write "from"'],
  ["tls", 'write "security: tls" or "security: starttls"'],
  ["ssl", 'write "security: tls"'],
  ["starttls", 'write "security: starttls"'],
  ["webhook", 'write "url"'],
  ["body", 'write "template"'],
  ["events", 'write "on"'],
  ["tag", 'write "ident"'],
]);
