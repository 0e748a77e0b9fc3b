// What Linux has and the Glibc module of Swift does not show.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

// accept4 stands behind _GNU_SOURCE, which the importer does not set: declared here.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

#include <sys/prctl.h>

// prctl(2) takes a variable number of arguments, which Swift does not call.
static inline void name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
