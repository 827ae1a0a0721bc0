# Plays calls through FFI::Platypus. usage: perl main.pl LIBRARY
use strict;
use warnings;
use threads;
use FFI::Platypus 2.00;
use FFI::Platypus::Buffer qw(scalar_to_buffer);

use constant { DROP => 1, EVENT_ID_SIZE => 33 };

my %types = (i => 'sint32', l => 'sint64', map { $_ => 'opaque' } qw(t b n u a c));
my ($ffi, %functions, %callbacks);

# What Platypus made for one thread another must not free: each has its own.
for my $class (qw(FFI::Platypus FFI::Platypus::Function FFI::Platypus::Function::Function FFI::Platypus::Closure)) {
    no strict 'refs';
    *{"${class}::CLONE_SKIP"} = sub { 1 };
}

sub load {
    $ffi = FFI::Platypus->new(api => 2, lib => $ARGV[0]);
    %functions = ();
}

sub tocsin {
    my ($name, $result, $types, @values) = @_;
    my $function = $functions{"$name $result @$types"} //= $ffi->function("tocsin_$name" => $types => $result);
    return $function->call(@values);
}

# Pointer and length. The scalar has to live as long as the call.
sub text { return scalar_to_buffer($_[0]) }

sub json_of {
    my ($event) = @_;
    my $need = tocsin('event_json', 'sint64', [qw(sint64 opaque sint64)], $event, undef, 0);
    my $buffer = "\0" x ($need + 1);
    my ($pointer) = scalar_to_buffer($buffer);
    tocsin('event_json', 'sint64', [qw(sint64 opaque sint64)], $event, $pointer, $need + 1);
    return substr($buffer, 0, $need);
}

# The user's own hook: nobody's password leaves, and some events do not at all.
sub clean {
    my ($event) = @_;
    return if $event =~ /drop me/;
    return $event =~ s/hunter2/[gone]/gr;
}

sub clean_hook {
    my ($event) = @_;
    my $cleaned = clean(json_of($event));
    return DROP unless defined $cleaned;
    return tocsin('event_set_json', 'sint32', [qw(sint64 opaque sint64)], $event, text($cleaned));
}

sub ask_hook {
    my ($event, undef, $user) = @_;
    say("? $event " . ($user // 0));
    return serve();
}

sub closure {
    my ($code) = @_;
    my $closure = $ffi->closure($code);
    $closure->sticky;
    return $ffi->cast('(sint64,opaque,opaque)->sint32' => 'opaque', $closure);
}

sub argument {
    my ($kind, $rest, $memory, $buffers) = @_;
    return $rest + 0 if $kind =~ /[ilu]/;
    return $callbacks{$kind} if $kind =~ /[acn]/;
    my $data = $kind eq 't' ? pack('H*', $rest) : "\xaa" x $rest;
    push @$memory, \$data;
    push @$buffers, \$data if $kind eq 'b';
    return (scalar_to_buffer($data))[0];
}

sub call {
    my ($name, $result, @words) = @_;
    my (@memory, @buffers);
    my @kinds = map { substr($_, 0, 1) } @words;
    my @values = map { argument(substr($_, 0, 1), substr($_, 1), \@memory, \@buffers) } @words;
    my $number = tocsin($name =~ s/^tocsin_//r, $types{$result}, [@types{@kinds}], @values);
    return ($number, map { unpack('H*', $$_) } @buffers);
}

# A capture in two steps, with the hook between them.
sub filter {
    my ($source, $scope, $hex) = @_;
    my $json = pack('H*', $hex);
    my $event = tocsin('event_prepare', 'sint64', [qw(sint64 sint32 opaque sint64 sint64 opaque)], $scope, $source,
        text($json), 0, undef);
    return $event if $event <= 0;
    my $cleaned = clean(json_of($event));
    my $reason = 'before_send';
    return tocsin('event_discard', 'sint32', [qw(sint64 opaque sint64)], $event, text($reason)) unless defined $cleaned;
    my $id = "\0" x EVENT_ID_SIZE;
    my ($pointer) = scalar_to_buffer($id);
    my $status = tocsin('event_submit', 'sint32', [qw(sint64 opaque sint64 opaque)], $event, text($cleaned), $pointer);
    return ($status, $id =~ s/\0.*//rs);
}

sub work {
    my ($worker, $rounds, $scope) = @_;
    load();
    my ($done, $key) = (0, 'worker');
    for my $turn (0 .. $rounds - 1) {
        my $words = "worker $worker round $turn";
        my $fork = tocsin('scope_fork', 'sint64', ['sint64'], $scope);
        tocsin('scope_set_tag', 'sint32', [qw(sint64 opaque sint64 opaque sint64)], $fork, text($key), text("$worker"));
        my $status = tocsin('scope_capture_message', 'sint32', [qw(sint64 opaque sint64 sint32 sint64 opaque opaque)],
            $fork, text($words), 0, 0, undef, undef);
        $done++ if $status == 0;
        tocsin('handle_close', 'sint32', ['sint64'], $fork);
    }
    return $done;
}

sub threads {
    my ($count, $rounds, $scope) = @_;
    my @all = map { threads->create({context => "scalar"}, \&work, $_, $rounds, $scope) } 0 .. $count - 1;
    my $done = 0;
    $done += $_->join for @all;
    return $done;
}

my %commands = (call => \&call, filter => \&filter, threads => \&threads);

sub say { print "$_[0]\n" }

# Until the input ends, or the answer to a hook is there.
sub serve {
    while (defined(my $line = <STDIN>)) {
        my ($command, @words) = split ' ', $line;
        return $words[0] + 0 if $command eq '!';
        say(join ' ', '=', $commands{$command}->(@words));
    }
    return 0;
}

$| = 1;
load();
%callbacks = (a => closure(\&ask_hook), c => closure(\&clean_hook));
serve();
