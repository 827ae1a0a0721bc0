/* Vectors in, results out: one JSON object a line on standard input, one a line on standard output.
 * README.md beside the driver says what they hold. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>

void play_lines(cJSON *(*play)(const cJSON *vector))
{
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, stdin) > 0) {
        cJSON *vector = cJSON_Parse(line);
        if (vector == NULL) play_give_up("not JSON", line);
        cJSON *result = play(vector);
        char *text = cJSON_PrintUnformatted(result);
        puts(text);
        fflush(stdout);
        cJSON_free(text);
        cJSON_Delete(result);
        cJSON_Delete(vector);
    }
    free(line);
}
