/* The commands. Each has what its options and --help are made from, and a function that is given
 * its words, the first its own name, and returns the code to end with. */
#ifndef SH_COMMANDS_H
#define SH_COMMANDS_H

typedef int sh_command_fn(int count, char **words);

sh_command_fn sh_send_event, sh_spool, sh_check, sh_run, sh_trap, sh_version;

#endif
