# The program of the scenarios. It notes what happens to it, with its time and its pid, so that both
# supervisors are judged by what their children see. It sleeps for a second at a time: a signal may
# come just before a sleep, which it then would not end.
#
# perl actor.pl NOTES NAME WORD=VALUE…
#   lives=SECONDS  ends by itself then; otherwise it lives until a signal ends it
#   code=N         the exit code
#   dies=SIGNAL    ends by this signal
#   catches=A,B    notes these signals and goes on
#   ends=A         notes this signal and ends with `code`
#   slow=SECONDS   what it takes to end after that signal
#   waits=B        after that signal it ends when it gets this one
#   ignores=A
#   child=WORDS    starts a child, which is told `WORDS`, + for the spaces
#   once=1         only its first life ends by itself
#   tells=A,B      notes these environment variables, or umask, directory, leader
#   writes=TEXT    to standard output;  complains=TEXT  to standard error;  repeats=N times
use strict;
use warnings;

my ($notes, $name, @words) = @ARGV;
my ($number) = ($ENV{SUPERVISOR_PROCESS_NAME} // "") =~ /[:_](\d+)$/;
$name .= ":$number" if defined $number and $name !~ /\./;

act(map { split /=/, $_, 2 } @words);

sub note {
    my ($text) = @_;
    open my $file, ">>", $notes or die "$notes: $!";
    syswrite $file, sprintf("%s %d %s %s\n", uptime(), $$, $name, $text);
    close $file;
}

sub noted {
    my ($text) = @_;
    open my $file, "<", $notes or return 0;
    return scalar grep { /^\S+ \S+ \Q$name $text\E$/ } <$file>;
}

sub act {
    my (%does) = @_;
    my $code = $does{code} // 0;
    for my $signal (split /,/, $does{catches} // "") {
        $SIG{$signal} = sub { note($signal) };
    }
    $SIG{$_} = "IGNORE" for split /,/, $does{ignores} // "";
    if (my $signal = $does{ends}) {
        $SIG{$signal} = sub {
            my $release = $does{waits};
            my $released = !defined $release;
            $SIG{$release} = sub { $released = 1 } if defined $release;
            note($signal);
            sleep 1 until $released;
            rest($does{slow} // 0);
            note("ends") if $does{slow} or $release;
            exit $code;
        };
    }
    if (my $words = $does{child}) {
        my $pid = fork // die "fork: $!";
        if ($pid == 0) {
            $name .= ".child";
            return act(map { split /=/, $_, 2 } split /\+/, $words =~ tr/:/=/r);
        }
    }
    delete $does{lives} if $does{once} and noted("up");
    note("up");
    note("$_=" . told($_)) for split /,/, $does{tells} // "";
    for (1 .. $does{repeats} // 1) {
        syswrite STDOUT, "$does{writes}\n" if defined $does{writes};
        syswrite STDERR, "$does{complains}\n" if defined $does{complains};
    }
    if (!defined $does{lives}) { sleep 1 while 1 }
    rest($does{lives});
    if (my $signal = $does{dies}) { kill $signal, $$; sleep 1 while 1 }
    exit $code;
}

# Signals do not make it shorter.
sub rest {
    my $end = uptime() + shift;
    while ((my $left = $end - uptime()) > 0) { select undef, undef, undef, $left }
}

sub uptime {
    open my $file, "<", "/proc/uptime" or die "/proc/uptime: $!";
    return (split " ", readline $file)[0];
}

sub told {
    my ($what) = @_;
    return sprintf "%03o", umask if $what eq "umask";
    return readlink "/proc/self/cwd" if $what eq "directory";
    return getpgrp == $$ ? "yes" : "no" if $what eq "leader";
    return $ENV{$what} // "unset";
}
