/* Intrusive doubly linked list with a sentinel head. Not locked: the owner's lock guards it. */
#ifndef TSN_BASE_LIST_H
#define TSN_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct tsn_list {
    struct tsn_list *next;
    struct tsn_list *prev;
} tsn_list;

static inline void tsn_list_init(tsn_list *head)
{
    head->next = head;
    head->prev = head;
}

static inline bool tsn_list_empty(const tsn_list *head)
{
    return head->next == head;
}

static inline void tsn_list_insert_before(tsn_list *at, tsn_list *node)
{
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}

static inline void tsn_list_push_back(tsn_list *head, tsn_list *node)
{
    tsn_list_insert_before(head, node);
}

static inline void tsn_list_push_front(tsn_list *head, tsn_list *node)
{
    tsn_list_insert_before(head->next, node);
}

static inline void tsn_list_remove(tsn_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    tsn_list_init(node);
}

/* Moves all of `from`, in order, to the end of `head`. */
static inline void tsn_list_move_all(tsn_list *head, tsn_list *from)
{
    if (tsn_list_empty(from)) return;
    from->next->prev = head->prev;
    head->prev->next = from->next;
    from->prev->next = head;
    head->prev = from->prev;
    tsn_list_init(from);
}

/* The first node, taken out; NULL if the list is empty. */
static inline tsn_list *tsn_list_pop_front(tsn_list *head)
{
    if (tsn_list_empty(head)) return NULL;
    tsn_list *node = head->next;
    tsn_list_remove(node);
    return node;
}

#endif
