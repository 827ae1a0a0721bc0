/* tocsin check: is everything set up? One event of level info goes all the way. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "say.h"
#include "session.h"

static const sh_option *const tables[] = {sh_session_options, NULL};
static const sh_command command = {
    "check", "",      "Sends a test event and says how that went.", sh_exit_codes, tables,
    false,   SH_USAGE};

static bool take(void *context, int key, const char *value)
{
    bool is_known;
    return sh_session_take(context, key, value, &is_known);
}

/* As the library shows it, without secrets. */
static void print_dsn(tocsin_client client)
{
    char options[16384];
    tocsin_client_options(client, options, sizeof options);
    const char *dsn = strstr(options, "\"dsn\":\"");
    if (dsn == NULL) return;
    dsn += 7;
    printf("dsn     %.*s\n", (int)strcspn(dsn, "\""), dsn);
    fflush(stdout); /* it may take a while until the next line */
}

static int check(sh_session *session)
{
    char id[TOCSIN_EVENT_ID_SIZE] = "";
    char answer[1400];
    print_dsn(session->client);
    tocsin_status status = tocsin_scope_capture_message(session->scope, "tocsin check", -1,
                                                        TOCSIN_LEVEL_INFO, 0, NULL, id);
    int code = sh_session_deliver(session, status, id);
    if (*id != '\0') printf("event   %s\n", id);
    if (code != SH_DONE) return code;
    if (tocsin_client_last_answer(session->client, answer, sizeof answer) > 0) {
        printf("server  %s\n", answer);
    }
    return SH_DONE;
}

int sh_check(int count, char **words)
{
    sh_session session;
    int code = SH_USAGE;
    int at = SH_REFUSED;
    sh_say_as(command.name);
    if (sh_session_init(&session)) at = sh_options_read(&command, count, words, take, &session);
    if (at == SH_HELPED) {
        code = SH_DONE;
    } else if (at >= 0 && at < count) {
        code = sh_misused("it takes no arguments");
    } else if (at >= 0) {
        code = sh_session_open(&session);
        if (code == SH_DONE) code = check(&session);
    }
    sh_session_fini(&session);
    return code;
}
