/* Descriptors that a child of fork must not keep: a lock belongs to the open file, which the child
 * shares, so it would be held until the child ends too (FRK-2). What stands here is closed in every
 * child before fork returns there. Any thread. */
#ifndef TSN_IO_SPOOL_FDS_H
#define TSN_IO_SPOOL_FDS_H

/* Before the first use; again and again. */
void tsn_spool_fds_watch(void);
/* Around the opening of descriptors and tsn_spool_fds_add for them: a fork in another thread waits
 * meanwhile, so that no child has one that does not stand here. Brief, and not one in another. */
void tsn_spool_fds_begin(void);
void tsn_spool_fds_end(void);
/* If there is no room left for it, a child keeps it: then the parent's leftovers wait for the
 * child's end. */
void tsn_spool_fds_add(int fd);
/* Takes it out and closes it; negative: nothing happens. */
void tsn_spool_fds_close(int fd);

#endif
