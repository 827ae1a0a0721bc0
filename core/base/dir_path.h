/* The way to a directory that a path names, for data that others must not be able to turn aside. */
#ifndef TSN_BASE_DIR_PATH_H
#define TSN_BASE_DIR_PATH_H

#include "base/house.h"

/* Opens it, step by step, each from the directory before; with `can_create` what is missing is
 * made, of mode 0700. A link on the way is followed if it is the process's user's or root's and
 * lies where only they could have put it; in place of the directory itself none is followed.
 *
 * A descriptor as of tsn_dir_open_at, or a negated errno, among them -ENOENT: not there, -EPERM: a
 * link that somebody else made or could have, -ENOTDIR: a link in its own place, or no directory,
 * -ELOOP: more than 40 links, -ENAMETOOLONG. Any thread. */
int tsn_dir_open_path(const char *path, bool can_create);

#endif
