/* Callbacks that are lists of actions. */
#ifndef PLAY_C_ACTIONS_H
#define PLAY_C_ACTIONS_H

#include "play.h"

/* The `user` of play_event_hook and play_crumb_hook; to be freed by play_free_actions. Both
 * arguments are borrowed for as long as the hook may run. */
void *play_new_actions(player *play, const cJSON *actions);
void play_free_actions(void *user);
/* How many were made and not freed. */
int play_actions_left(void);

int32_t play_event_hook(tocsin_event event, const void *hint, void *user);
int32_t play_crumb_hook(tocsin_event crumb, const void *hint, void *user);

#endif
