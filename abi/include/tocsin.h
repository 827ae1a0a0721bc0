/* tocsin: error reporting for every language in a process, through scopes that are named by plain
 * numbers. All headers but tocsin/c.h, which is for people who write C and includes this one. */
#ifndef TOCSIN_H
#define TOCSIN_H

#include <tocsin/types.h>

#include <tocsin/capture.h>
#include <tocsin/client.h>
#include <tocsin/event.h>
#include <tocsin/handle.h>
#include <tocsin/options.h>
#include <tocsin/restrict.h>
#include <tocsin/scope.h>
#include <tocsin/trace.h>
#include <tocsin/transport.h>
#include <tocsin/version.h>

#endif
